// SPDX-License-Identifier: Apache-2.0

// Writes with InfluxDB's Go client of the first API: first_api URL UDP_ADDRESS ROUNDS
package main

import (
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	influx "github.com/influxdata/influxdb1-client/v2"
)

const pointsOfRound = 500

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func point(name string, tags map[string]string, fields map[string]interface{}) *influx.Point {
	made, err := influx.NewPoint(name, tags, fields, time.Now())
	check(err)
	return made
}

func batch(precision string) influx.BatchPoints {
	made, err := influx.NewBatchPoints(influx.BatchPointsConfig{Database: "d", Precision: precision})
	check(err)
	return made
}

// As many points as a round has, each of which counts one job of a client.
func round(client influx.Client, by, precision string) {
	points := batch(precision)
	for range pointsOfRound {
		points.AddPoint(point("jobs", map[string]string{"by": by, "metric_type": "counter"}, map[string]interface{}{"value": 1}))
	}
	check(client.Write(points))
}

func overHTTP(url, by string, encoding influx.ContentEncoding, rounds int) influx.Client {
	client, err := influx.NewHTTPClient(influx.HTTPConfig{Addr: url, WriteEncoding: encoding})
	check(err)
	for range rounds {
		round(client, by, "ms")
	}
	return client
}

func overUDP(address string, rounds int) {
	client, err := influx.NewUDPClient(influx.UDPConfig{Addr: address})
	check(err)
	for range rounds {
		round(client, "udp", "")
	}
	check(client.Close())
}

func main() {
	rounds, err := strconv.Atoi(os.Args[3])
	check(err)
	overHTTP(os.Args[1], "gzip", influx.GzipEncoding, rounds)
	client := overHTTP(os.Args[1], "plain", influx.DefaultEncoding, rounds)
	_, version, err := client.Ping(time.Second)
	check(err)
	if version == "" {
		log.Fatal("no version")
	}
	answer, err := client.Query(influx.NewQuery("CREATE DATABASE d", "", ""))
	check(err)
	check(answer.Error())
	points := batch("ns")
	fields := map[string]interface{}{"value": 0.5, "cores": 4, "up": true, "model": "x"}
	points.AddPoint(point("cpu load", map[string]string{"host": "a b", "path": `C:\x,y=z`}, fields))
	check(client.Write(points))
	overUDP(os.Args[2], rounds)
	points = batch("ns")
	points.AddPoint(point("bad", nil, map[string]interface{}{"value": strings.Repeat("x", 1<<20)}))
	if client.Write(points) == nil {
		log.Fatal("a line that is too long was taken")
	}
	check(client.Close())
}
