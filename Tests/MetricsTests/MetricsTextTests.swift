import Testing

@testable import Metrics

@Suite struct MetricsTextTests {
    @Test func `The buckets of a histogram are cumulative`() {
        var histogram = Histogram(bounds: [1, 2.5])
        for value in [0.5, 1, 2, 3] { histogram.observe(value) }
        var text = MetricsText()
        text.histogram(MetricFamily("h", .histogram, ["a"], help: ""), histogram, labels: ["b"])
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == """
                h_bucket{a="b",le="1"} 2
                h_bucket{a="b",le="2.5"} 3
                h_bucket{a="b",le="+Inf"} 4
                h_sum{a="b"} 6.5
                h_count{a="b"} 4

                """
        )
    }

    @Test func `A label's value is escaped`() {
        var text = MetricsText()
        text.sample(MetricFamily("m", .gauge, ["l"], help: ""), 1, labels: ["a\\b\"c\nd"])
        #expect(String(decoding: text.bytes, as: UTF8.self) == #"m{l="a\\b\"c\nd"} 1"# + "\n")
    }
}
