// SPDX-License-Identifier: Apache-2.0

// Pushes with the Go client: push_client URL
package main

import (
	"log"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/push"
	"github.com/prometheus/common/expfmt"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "client_of_go_jobs_total", Help: "Jobs."})
	counter.Add(3)
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "client_of_go_time", Help: "Time.", Buckets: []float64{0.5, 1}})
	histogram.Observe(0.7)
	summary := prometheus.NewSummary(prometheus.SummaryOpts{Name: "client_of_go_size", Help: "Size.", Objectives: map[float64]float64{0.5: 0.01}})
	summary.Observe(7)
	pusher := func(job string) *push.Pusher {
		return push.New(os.Args[1], job).Collector(counter).Collector(histogram).Collector(summary)
	}
	check(pusher("go/protobuf").Grouping("instance", "i").Push())
	check(pusher("go_text").Format(expfmt.NewFormat(expfmt.TypeTextPlain)).Grouping("path", "/a").Add())
	check(pusher("go_gone").Push())
	check(pusher("go_gone").Delete())
	if pusher("go/protobuf").Grouping("instance", "").Collector(prometheus.NewGauge(prometheus.GaugeOpts{Name: "client_of_go_jobs", Help: "Jobs."})).Push() != nil {
		log.Fatal("a push was refused")
	}
}
