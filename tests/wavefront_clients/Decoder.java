// SPDX-License-Identifier: Apache-2.0
// Reads lines as Wavefront's proxy does, with its own decoder and the checks that it makes before it passes a point on. Writes
// `name value milliseconds source {tag=value, ...}` for each, or fails.
//
//     java -cp 'lib/*' Decoder.java < LINES

import com.wavefront.api.agent.ValidationConfiguration;
import com.wavefront.data.Validation;
import com.wavefront.ingester.ReportPointDecoder;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import wavefront.report.ReportPoint;

public class Decoder {
    public static void main(String[] arguments) throws Exception {
        ReportPointDecoder decoder = new ReportPointDecoder(() -> "no source", List.of());
        ValidationConfiguration limits = new ValidationConfiguration();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<ReportPoint> points = new ArrayList<>();
            decoder.decode(line, points, "dummy", null);
            for (ReportPoint point : points) {
                Validation.validatePoint(point, limits);
                out.println(point.getMetric() + " " + point.getValue() + " " + point.getTimestamp() + " " + point.getHost() + " "
                            + new TreeMap<>(point.getAnnotations()));
            }
        }
        out.flush();
    }
}
