package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protowire"
	"gopkg.in/yaml.v3"
)

// grpcTransform asks a service before each request, and tells it of each response. Of iron-proxy's settings it has those of
// the kit: no TLS, no bodies of answers. It has no timeout of its own, and an error is answered with 502.
type grpcTransform struct {
	Name            string `yaml:"name"`
	Target          string `yaml:"target"`
	SendRequestBody bool   `yaml:"send_request_body"`
	// Rules are the requests it is for; without any, all are.
	Rules      Rules `yaml:"rules"`
	maxBody    int64
	connection *grpc.ClientConn
}

const grpcService = "/transform.v1.TransformService/"

// Actions of an answer.
const (
	grpcContinue = 1
	grpcReject   = 2
)

func newGRPC(node yaml.Node, config *Config) (transform, error) {
	t := &grpcTransform{maxBody: config.Proxy.MaxRequestBodyBytes}
	if err := node.Decode(t); err != nil {
		return nil, err
	}
	if t.Name == "" || t.Target == "" {
		return nil, errors.New("grpc: name and target must be given")
	}
	connection, err := grpc.NewClient(t.Target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})))
	t.connection = connection
	return t, errors.Join(err, t.Rules.check("config"))
}

func (t *grpcTransform) isFor(request *http.Request) bool {
	return len(t.Rules) == 0 || t.Rules.match(request)
}

func (t *grpcTransform) label() string { return t.Name }

func (t *grpcTransform) apply(request *http.Request, notes map[string]any) (*refusal, error) {
	if !t.isFor(request) {
		return nil, nil
	}
	var body []byte
	if t.SendRequestBody {
		// A longer one is cut without a word, for the service and for upstream.
		held, err := io.ReadAll(io.LimitReader(request.Body, t.maxBody))
		if err != nil {
			return nil, err
		}
		body = held
		putBody(request, body)
	}
	answer, err := t.call(request.Context(), "TransformRequest", requestMessage(request, body))
	if err != nil {
		return nil, err
	}
	action, no := uint64(0), &refusal{status: http.StatusForbidden, header: http.Header{}}
	err = fields(answer, func(number protowire.Number, value uint64, content []byte) error {
		switch number {
		case 1:
			action = value
		case 2:
			return readResponse(content, no)
		case 4:
			name, note, err := entry(content)
			notes[name] = string(note)
			return err
		}
		return nil
	})
	if err != nil || action != grpcReject {
		return nil, err
	}
	return no, nil
}

func (t *grpcTransform) respond(request *http.Request, answer *http.Response) error {
	if !t.isFor(request) {
		return nil
	}
	message := protowire.AppendTag(requestMessage(request, nil), 3, protowire.BytesType)
	status := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(answer.StatusCode))
	message = protowire.AppendBytes(message, append(status, headers(2, answer.Header)...))
	_, err := t.call(request.Context(), "TransformResponse", message)
	return err
}

func (t *grpcTransform) call(ctx context.Context, method string, message []byte) ([]byte, error) {
	var answer []byte
	err := t.connection.Invoke(ctx, grpcService+method, &message, &answer)
	return answer, err
}

func requestMessage(request *http.Request, body []byte) []byte {
	sni := ""
	if request.TLS != nil {
		sni = request.TLS.ServerName
	}
	inner := text(nil, 1, request.Method)
	inner = text(inner, 2, request.URL.String())
	inner = append(inner, headers(3, request.Header)...)
	if len(body) > 0 {
		inner = text(inner, 4, string(body))
	}
	inner = text(inner, 5, request.Host)
	inner = text(inner, 6, request.RemoteAddr)
	return text(text(nil, 1, string(text(nil, 1, sni))), 2, string(inner))
}

func text(message []byte, number protowire.Number, value string) []byte {
	return protowire.AppendString(protowire.AppendTag(message, number, protowire.BytesType), value)
}

func headers(number protowire.Number, all http.Header) []byte {
	var message []byte
	for name, values := range all {
		var list []byte
		for _, value := range values {
			list = text(list, 1, value)
		}
		message = text(message, number, string(text(text(nil, 1, name), 2, string(list))))
	}
	return message
}

func readResponse(message []byte, no *refusal) error {
	return fields(message, func(number protowire.Number, value uint64, content []byte) error {
		switch number {
		case 1:
			no.status = int(value)
		case 2:
			name, list, err := entry(content)
			if err != nil {
				return err
			}
			return fields(list, func(_ protowire.Number, _ uint64, one []byte) error {
				no.header.Add(name, string(one))
				return nil
			})
		case 3:
			no.reason = string(content)
		}
		return nil
	})
}

// entry reads one entry of a map.
func entry(message []byte) (name string, value []byte, err error) {
	err = fields(message, func(number protowire.Number, _ uint64, content []byte) error {
		if number == 1 {
			name = string(content)
		} else {
			value = content
		}
		return nil
	})
	return name, value, err
}

// fields calls back for each number and each text of a message.
func fields(message []byte, each func(protowire.Number, uint64, []byte) error) error {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return protowire.ParseError(length)
		}
		message = message[length:]
		var value uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			value, length = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			content, length = protowire.ConsumeBytes(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 {
			return protowire.ParseError(length)
		}
		if err := each(number, value, content); err != nil {
			return err
		}
		message = message[length:]
	}
	return nil
}

// rawCodec sends and receives messages that are bytes already.
type rawCodec struct{}

func (rawCodec) Name() string                      { return "proto" }
func (rawCodec) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, into any) error {
	*into.(*[]byte) = append([]byte(nil), data...)
	return nil
}

// refuse answers with a refusal, with the headers that the service gave.
func refuse(w http.ResponseWriter, no *refusal) {
	if no.header == nil {
		http.Error(w, no.reason, no.status)
		return
	}
	maps.Copy(w.Header(), no.header)
	w.WriteHeader(no.status)
	fmt.Fprint(w, no.reason)
}
