// SPDX-License-Identifier: Apache-2.0

// Writes with InfluxDB's Go client of the second API: second_api URL POINTS
package main

import (
	"context"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	influx "github.com/influxdata/influxdb-client-go/v2"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func job(by string) map[string]string {
	return map[string]string{"by": by, "metric_type": "counter"}
}

// Each point counts one job; the client sends them by the thousand.
func inBatches(client influx.Client, by string, count int) {
	writer := client.WriteAPI("o", "b")
	failed := make(chan error, 1)
	go func() {
		for err := range writer.Errors() {
			failed <- err
		}
		close(failed)
	}()
	for range count {
		writer.WritePoint(influx.NewPoint("jobs", job(by), map[string]interface{}{"value": 1}, time.Now()))
	}
	writer.Flush()
	client.Close()
	check(<-failed)
}

func main() {
	count, err := strconv.Atoi(os.Args[2])
	check(err)
	url := os.Args[1]
	inBatches(influx.NewClientWithOptions(url, "t", influx.DefaultOptions().SetBatchSize(1000).SetUseGZip(true)), "gzip", count)
	inBatches(influx.NewClientWithOptions(url, "t", influx.DefaultOptions().SetBatchSize(1000).SetPrecision(time.Millisecond)), "plain", count)
	client := influx.NewClient(url, "t")
	isUp, err := client.Ping(context.Background())
	check(err)
	health, err := client.Health(context.Background())
	check(err)
	if !isUp || health.Status != "pass" {
		log.Fatal("not up: ", health.Status)
	}
	writer := client.WriteAPIBlocking("o", "b")
	check(writer.WritePoint(context.Background(), influx.NewPointWithMeasurement("weather").AddTag("place", "over, there=x").AddField("temperature", 21.5).AddField("wet", false)))
	check(writer.WriteRecord(context.Background(), "weather,place=here temperature=3i"))
	err = writer.WriteRecord(context.Background(), "bad\ngood value=1")
	if err == nil || !strings.Contains(err.Error(), "unable to parse 'bad': missing fields") {
		log.Fatal("not the error of a bad line: ", err)
	}
	client.Close()
}
