// Command stand-in behaves like iron-proxy where Agent Airlock touches it. It is a stand-in for tests, written from
// what iron-proxy's documentation and source say it does, because iron-proxy itself can't always be had where the lab
// runs. It is not iron-proxy, shares no code with it and is never deployed: it reproduces the unsafe behaviours too,
// so that a weakened policy is seen to let something through.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

// name is what every output calls this program, so that no report takes it for the real one.
const name = "stand-in-not-iron-proxy"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0 done, 1 failed, 2 asked for something it doesn't know.
func run(arguments []string, out, log io.Writer) int {
	if len(arguments) > 0 {
		switch arguments[0] {
		case "version":
			fmt.Fprintln(out, name)
			return 0
		case "generate-ca":
			return generateCommand(arguments[1:], out, log)
		}
	}
	flags := flag.NewFlagSet("iron-proxy", flag.ContinueOnError)
	flags.SetOutput(log)
	file := flags.String("config", "", "configuration `file`")
	if flags.Parse(arguments) != nil || flags.NArg() > 0 || *file == "" {
		fmt.Fprintln(log, "use: iron-proxy -config FILE | version | generate-ca -outdir DIRECTORY")
		return 2
	}
	if err := serve(*file, log); err != nil {
		fmt.Fprintf(log, "error: %v\n", err)
		return 1
	}
	return 0
}
