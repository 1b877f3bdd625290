// What the Pulumi CLI makes of a settings file, by its own reader: texts as a JSON list on the standard input, answers on the output.
// So `pulumi.json` was made, with Pulumi's SDK 3.260.0; a module of its own, in a folder outside of this tree:
//
//	go mod init probe && go get github.com/pulumi/pulumi/sdk/v3@v3.260.0 && go build && ./probe < texts.json
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

func read(text string) (values map[string]string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	sink := diag.DefaultSink(io.Discard, io.Discard, diag.FormatOptions{Color: colors.Never})
	stack, err := workspace.LoadProjectStackBytes(sink, &workspace.Project{Name: "trivet"}, []byte(text), "Pulumi.x.yaml", encoding.YAML)
	if err != nil {
		return nil, err
	}
	plain, err := stack.Config.Decrypt(config.NopDecrypter)
	if err != nil {
		return nil, err
	}
	values = map[string]string{}
	for k, v := range plain {
		values[k.String()] = v
	}
	return values, nil
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	type answer struct {
		Text   string            `json:"text"`
		Values map[string]string `json:"values,omitempty"`
		Error  string            `json:"error,omitempty"`
	}
	var all []answer
	for _, t := range texts {
		v, err := read(t)
		a := answer{Text: t, Values: v}
		if err != nil {
			a.Error = err.Error()
		}
		all = append(all, a)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	out.Encode(all)
}
