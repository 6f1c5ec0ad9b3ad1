// The judge of test/policy/go.test.ts: reads one JSON question a line and answers with what Go's own library says.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"
	"text/template"
)

type question struct {
	Kind, Pattern, Name, Method, Target, Value string
}

func matched(pattern, name string) string {
	ok, err := path.Match(pattern, name)
	switch {
	case err != nil:
		return "bad pattern"
	case ok:
		return "match"
	}
	return "no match"
}

// One request line through the server's own parser.
func target(method, raw string) string {
	text := method + " " + raw + " HTTP/1.1\r\nHost: \r\n\r\n"
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		return "refused"
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(r.URL.Path))
	return fmt.Sprintf("%s|%s|%s", r.URL.Scheme, base64.StdEncoding.EncodeToString([]byte(r.Host)), encoded)
}

func split(text string) string {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "none"
	}
	return host + "|" + port
}

func format(formatter, value string) string {
	funcs := template.FuncMap{"base64": func(parts ...string) string {
		return base64.StdEncoding.EncodeToString([]byte(strings.Join(parts, "")))
	}}
	t, err := template.New("").Funcs(funcs).Parse(formatter)
	if err != nil {
		return "unparsable"
	}
	var out bytes.Buffer
	if t.Execute(&out, struct{ Value string }{value}) != nil {
		return "refused"
	}
	return "=" + out.String()
}

// The header allowlist compiles its patterns case-insensitively and asks for the canonical name.
func header(pattern, name string) string {
	return fmt.Sprint(regexp.MustCompile("(?i)" + pattern).MatchString(http.CanonicalHeaderKey(name)))
}

func unpack(text string) string {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			panic(err)
		}
		answer := ""
		switch q.Kind {
		case "match":
			answer = matched(unpack(q.Pattern), unpack(q.Name))
		case "target":
			answer = target(q.Method, unpack(q.Target))
		case "split":
			answer = split(unpack(q.Name))
		case "format":
			answer = format(q.Pattern, q.Value)
		case "header":
			answer = header(q.Pattern, q.Name)
		}
		line, _ := json.Marshal(answer)
		fmt.Fprintln(out, string(line))
	}
}
