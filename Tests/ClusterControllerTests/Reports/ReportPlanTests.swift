import Testing

@testable import ClusterController

/// The comparison of reports that exist with those that shall exist.
struct ReportPlanTests {
    private static func report(
        _ name: String,
        in namespace: String = "shop",
        _ content: String? = "c1",
        isLabelled: Bool = true,
        isIntact: Bool = true
    ) throws -> StoredReport {
        let annotations = content.map { #""podscore.dev/content":"\#($0)""# } ?? ""
        let label = isLabelled ? #""app.kubernetes.io/managed-by":"podscore""# : ""
        let fields = isIntact ? StoredReportTests.wholeFields : "{}"
        let text = """
            {"metadata":{"name":"\(name)","namespace":"\(namespace)","uid":"u","resourceVersion":"7","annotations":{\(annotations)},\
            "labels":{\(label)},"managedFields":[{"manager":"podscore","operation":"Apply","fieldsV1":\(fields)}]}}
            """
        return try StoredReport(reading: Array(text.utf8).span)
    }

    private static func key(_ name: String, in namespace: String = "shop") -> ReportKey { ReportKey(namespace: namespace, name: name) }

    @Test func `A report with the content is kept, and one that does not exist is created`() throws {
        var plan = try ReportPlan([Self.report("podscore-a")])
        #expect(plan.step(for: Self.key("podscore-a"), content: "c1") == .keep)
        #expect(plan.step(for: Self.key("podscore-b"), content: "c1") == .create)
        #expect(plan.step(for: Self.key("podscore-a", in: "other"), content: "c1") == .create)
        #expect(plan.leftovers.isEmpty)
    }

    @Test func `A report with another content, or that somebody has edited, is replaced`() throws {
        for report in [
            try Self.report("podscore-a", "c2"), try Self.report("podscore-a", nil), try Self.report("podscore-a", isLabelled: false),
            try Self.report("podscore-a", isIntact: false),
        ] {
            var plan = ReportPlan([report])
            #expect(plan.step(for: Self.key("podscore-a"), content: "c1") == .replace(report))
        }
    }

    @Test func `Reports of no owner that was seen are left over, sorted, but none with a name that Podscore does not give`() throws {
        var plan = try ReportPlan([
            Self.report("podscore-z"), Self.report("podscore-b", in: ""), Self.report("podscore-seen"), Self.report("podscore-undecided"),
            Self.report("podscore-a"), Self.report("mine"),
        ])
        _ = plan.step(for: Self.key("podscore-seen"), content: "c9")
        plan.keep(Self.key("podscore-undecided"))
        #expect(plan.leftovers.map(\.key) == [Self.key("podscore-b", in: ""), Self.key("podscore-a"), Self.key("podscore-z")])
    }
}
