// Command stand-in behaves like iron-proxy where Agent Airlock uses it. It is for tests only, written from what
// iron-proxy's documentation and source say, because iron-proxy isn't available on every machine that runs the lab. It is
// not iron-proxy, shares no code with it and is never deployed. It has iron-proxy's unsafe behaviours too, so that the
// tests see a weakened policy let something through.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

// name is this program's name in every output, so that no report takes it for iron-proxy.
const name = "stand-in-not-iron-proxy"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0 done, 1 failed, 2 unknown arguments.
func run(arguments []string, out, log io.Writer) int {
	if len(arguments) > 0 && arguments[0] == "version" {
		fmt.Fprintln(out, name)
		return 0
	}
	flags := flag.NewFlagSet("iron-proxy", flag.ContinueOnError)
	flags.SetOutput(log)
	file := flags.String("config", "", "configuration `file`")
	if flags.Parse(arguments) != nil || flags.NArg() > 0 || *file == "" {
		fmt.Fprintln(log, "use: iron-proxy -config FILE | version")
		return 2
	}
	if err := serve(*file, log); err != nil {
		fmt.Fprintf(log, "error: %v\n", err)
		return 1
	}
	return 0
}
