package main

import (
	"errors"
	"net/http"
	"strings"
	"text/template"
)

// injection puts a secret into a header or a query parameter, and replaces what the client sent there.
type injection struct {
	Header     string `yaml:"header"`
	QueryParam string `yaml:"query_param"`
	// Formatter is a Go template with the secret as .Value. Default: the value alone.
	Formatter string `yaml:"formatter"`
	Require   bool   `yaml:"require"`

	template *template.Template
}

func (i *injection) prepare() (err error) {
	if (i.Header == "") == (i.QueryParam == "") {
		return errors.New("inject must have either header or query_param")
	}
	formatter := i.Formatter
	if formatter == "" {
		formatter = "{{ .Value }}"
	}
	i.template, err = template.New("formatter").Option("missingkey=error").Parse(formatter)
	return err
}

func (i *injection) put(request *http.Request, value string) error {
	var text strings.Builder
	if err := i.template.Execute(&text, struct{ Value string }{value}); err != nil {
		return err
	}
	if i.Header != "" {
		for header := range request.Header {
			if strings.EqualFold(header, i.Header) {
				delete(request.Header, header)
			}
		}
		request.Header.Set(i.Header, text.String())
		return nil
	}
	query := request.URL.Query()
	query.Set(i.QueryParam, text.String())
	request.URL.RawQuery = query.Encode()
	return nil
}
