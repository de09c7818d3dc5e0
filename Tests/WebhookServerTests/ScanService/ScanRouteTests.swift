import Testing

@testable import WebhookServer

@Suite struct ScanRouteTests {
    @Test(
        arguments: [
            ("/", .usage), ("/scan", .other), ("/healthz", .live), ("/livez", .live), ("/readyz", .ready), ("/metrics", .metrics),
            ("/?rule=A", .usage), ("/metrics?a", .metrics), ("", .other), ("/SCAN", .other), ("/scan/", .other), ("*", .other),
        ] as [(String, ScanRoute.Page)]
    )
    func `A path has a page or takes manifests`(uri: String, page: ScanRoute.Page) {
        #expect(ScanRoute(parsing: uri).page == page)
    }

    @Test(
        arguments: [
            ("/scan", []), ("/scan?", []), ("/scan?rule=A", ["A"]), ("/scan?rule=B&rule=A&rule=B", ["B", "A", "B"]),
            ("/scan?rule", [""]), ("/scan?rule=", [""]), ("/scan?rule=A,B", ["A,B"]), ("/scan?a=1&rule=A=B?&b", ["A=B?"]),
            ("/scan?%72ule=%41%42+c%2b", ["AB c+"]), ("/scan?rule=%4&rule=%zz&rule=%&rule=C", ["C"]), ("/scan?Rule=A&rules=B", []),
            ("/scan?&&rule=A&", ["A"]), ("/scan?rule=%ff", ["\u{FFFD}"]),
        ] as [(String, [String])]
    )
    func `Each rule parameter names a rule and is decoded as in Go`(uri: String, rules: [String]) {
        #expect(ScanRoute(parsing: uri).rules == rules)
        #expect(!ScanRoute(parsing: uri).wantsLink)
    }

    @Test(arguments: [("/scan?in-toto", false), ("/scan?in-toto=", false), ("/scan?in-toto=1", true), ("/?in-toto=1&in-toto=", true)])
    func `Any value requests a link`(uri: String, wants: Bool) {
        #expect(ScanRoute(parsing: uri).wantsLink == wants)
    }
}
