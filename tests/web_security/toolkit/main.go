// SPDX-License-Identifier: Apache-2.0

// What exporter-toolkit makes of web configuration files.
//
//	toolkit validate FILE...     one line for each: "taken", or "refused: why"
//	toolkit serve ADDRESS FILE   answers "served" to every request, until it is killed
package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/prometheus/exporter-toolkit/web"
)

func validate(paths []string) {
	for _, path := range paths {
		if err := web.Validate(path); err != nil {
			fmt.Printf("refused: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		fmt.Println("taken")
	}
}

func serve(address, path string) error {
	server := &http.Server{Handler: http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		io.WriteString(out, "served")
	})}
	systemd := false
	addresses := []string{address}
	flags := web.FlagConfig{WebListenAddresses: &addresses, WebSystemdSocket: &systemd, WebConfigFile: &path}
	return web.ListenAndServe(server, &flags, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func main() {
	if os.Args[1] == "validate" {
		validate(os.Args[2:])
		return
	}
	fmt.Fprintln(os.Stderr, serve(os.Args[2], os.Args[3]))
	os.Exit(1)
}
