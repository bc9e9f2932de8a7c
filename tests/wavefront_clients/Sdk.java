// SPDX-License-Identifier: Apache-2.0
// Everything that Wavefront's SDK can send: to a port of lines, or over HTTP.
//
//     java -cp 'lib/*' Sdk.java HOST PORT tcp|http

import com.wavefront.sdk.common.*;
import com.wavefront.sdk.common.clients.WavefrontClient;
import com.wavefront.sdk.entities.histograms.HistogramGranularity;
import com.wavefront.sdk.entities.tracing.SpanLog;
import com.wavefront.sdk.proxy.WavefrontProxyClient;
import java.util.*;

public class Sdk {
    static WavefrontSender sender(String host, int port, boolean isTcp) {
        if (isTcp) {
            return new WavefrontProxyClient.Builder(host).metricsPort(port).distributionPort(port).tracingPort(port).build();
        }
        return new WavefrontClient.Builder("http://" + host + ":" + port).build();
    }

    public static void main(String[] arguments) throws Exception {
        boolean isTcp = arguments[2].equals("tcp");
        WavefrontSender sender = sender(arguments[0], Integer.parseInt(arguments[1]), isTcp);
        Map<String, String> tags = new TreeMap<>(Map.of("dc", "a \"b\", c=d", "path", "/x y/'z'"));
        for (int i = 1; i <= 3; ++i) {
            sender.sendMetric("sdk.gauge/with slash", i, 1_700_000_000_000L + i, "host 1", tags);
            sender.sendDeltaCounter("sdk.delta", i, "host 1", tags);
        }
        sender.sendMetric("sdk.tiny", 1e-10, null, "host 1", null);
        sender.sendDistribution("sdk.distribution", List.of(new Pair<>(30.0, 20), new Pair<>(5.1, 10)), Set.of(HistogramGranularity.MINUTE),
                                1_700_000_000_000L, "host 1", tags);
        sender.sendSpan("sdk.span", 1_700_000_000_000L, 343, "host 1", UUID.randomUUID(), UUID.randomUUID(), null, null,
                        List.of(new Pair<>("application", "a")), List.of(new SpanLog(1, Map.of("k", "v"))));
        // Over TCP it sends none.
        if (!isTcp) {
            sender.sendEvent("sdk.event", 1_700_000_000_000L, 1_700_000_000_001L, "host 1", tags, Map.of("severity", "info"));
        }
        sender.flush();
        sender.close();
    }
}
