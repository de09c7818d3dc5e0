import AdmissionPolicy
import KubernetesAPI
import Testing

@Suite struct NamespaceReviewTests {
    private static let today = CivilDate(daysSinceEpoch: 20_786)
    private static let enforce = "podscore.dev/enforce-minimum-score"

    private static let minimum9 = "enforce: {minimumScore: 9}"

    /// A policy for all Namespaces with the minimum 3, and one for those with a label.
    private static func policies(labels: ScorePolicy.NamespaceLabelUse = .tighten) throws -> PolicySet {
        let use = labels == .ignore ? "\nnamespaceLabels: ignore" : ""
        let reading = try PolicyText.read(
            files: [
                ("a", PolicyText.policy(named: "all", #"match: {namespaces: ["*"]}"# + "\nenforce: {minimumScore: 3}" + use)),
                ("b", PolicyText.policy(named: "strict", "match: {namespaceSelector: {matchLabels: {tier: gold}}}\n" + minimum9)),
            ],
            knowingLabels: true
        )
        return PolicySet(
            policies: reading.policies,
            builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
            ownNamespace: "podscore"
        )
    }

    private static func review(
        _ labels: [String: String],
        from old: [String: String]?,
        under policies: PolicySet? = nil,
        name: String = "shop",
        metadata: String = "",
        subResource: String = ""
    ) throws -> NamespaceReview? {
        let text = MadeUpPolicyReview.text(
            "Namespace",
            group: "",
            operation: old == nil ? "CREATE" : "UPDATE",
            name: name,
            object: MadeUpPolicyReview.namespace(labels, metadata: metadata),
            old: old.map { MadeUpPolicyReview.namespace($0) },
            subResource: subResource
        )
        // Stands for a byte that is not UTF-8.
        let body = text.utf8.map { $0 == UInt8(ascii: "^") ? 0xFF : $0 }
        return NamespaceReview(
            of: try AdmissionEnvelope(parsing: body.span),
            in: body.span,
            under: try policies ?? Self.policies(),
            on: today
        )
    }

    @Test(
        arguments: [
            ([enforce: "twelve"], nil, #"label \#(enforce) has no effect: "twelve" is not a whole number from 0 to 10"#),
            ([enforce: "11"], [enforce: "5"], #""11" is not a whole number from 0 to 10"#),
            ([enforce: "3"], nil, "label podscore.dev/enforce-minimum-score has no effect: policy all already has the minimum 3"),
            (["podscore.dev/enforce-minimun-score": "5"], nil, "did you mean podscore.dev/enforce-minimum-score?"),
        ] as [([String: String], [String: String]?, String)]
    )
    func `A new or changed label without effect is a warning`(labels: [String: String], old: [String: String]?, says: String) throws {
        let review = try #require(try Self.review(labels, from: old))
        #expect(review.warnings.count == 1)
        #expect(review.warnings.first?.hasPrefix("Namespace shop: ") == true)
        #expect(review.warnings.first?.contains(says) == true, "\(review.warnings)")
    }

    @Test func `Labels are reviewed with any bytes in managed fields`() throws {
        let metadata = #","managedFields":[{"manager":"^","fieldsV1":{"f:metadata":{"f:labels":{"f:^":{}}}}}]"#
        let review = try #require(try Self.review([Self.enforce: "twelve"], from: [:], metadata: metadata))
        #expect(try review.warnings == Self.review([Self.enforce: "twelve"], from: [:])?.warnings)
        #expect(review.warnings.count == 1)
        #expect(throws: DecodingFailure.self) { try Self.review([Self.enforce: "5"], from: [:], metadata: #","unknown":"^""#) }
    }

    @Test func `An old label is no warning, so that other changes are quiet`() throws {
        let old = [Self.enforce: "twelve"]
        #expect(try Self.review(old.merging(["team": "a"]) { $1 }, from: old)?.warnings == [])
    }

    @Test func `Other labels, also of a selector, are no warnings`() throws {
        #expect(
            try Self.review(["tier": "silver", "podscore.dev/owner": "a", "a.io/enforce-minimum-score": "x"], from: nil)?.warnings == []
        )
    }

    @Test func `A policy that ignores labels says so`() throws {
        let review = try Self.review([Self.enforce: "5"], from: nil, under: Self.policies(labels: .ignore))
        let effect = "label podscore.dev/enforce-minimum-score has no effect under policy all"
        #expect(review?.warnings == ["Namespace shop: \(effect), because it has namespaceLabels: ignore"])
    }

    @Test func `Labels of a system Namespace have no effect, and the warning says why`() throws {
        let review = try Self.review([Self.enforce: "5"], from: nil, name: "kube-system")
        #expect(review?.warnings.first?.hasSuffix("because it does not name the Namespace exactly") == true)
    }

    @Test(
        arguments: [
            ([enforce: "5"], [:], true), ([enforce: "7"], [enforce: "5"], true), (["tier": "gold"], [:], true),
            ([enforce: "5"], [enforce: "7"], false), ([:], [enforce: "7"], false), ([enforce: "2"], [:], false),
            (["team": "a"], [:], false), (["podscore.dev/warn-minimum-score": "5"], [:], false), ([enforce: "x"], [:], false),
        ] as [([String: String], [String: String], Bool)]
    )
    func `Only labels that can deny more have a preview`(labels: [String: String], old: [String: String], isPreviewed: Bool) throws {
        let hasPreview = try Self.review(labels, from: old)?.change != nil
        #expect(hasPreview == isPreviewed)
    }

    @Test func `A new Namespace has no Pods, so it has no preview`() throws {
        #expect(try Self.review([Self.enforce: "5"], from: nil)?.change == nil)
    }

    @Test func `A Namespace that is being deleted, and its subresources, are not reviewed`() throws {
        let metadata = #","deletionTimestamp":"2026-11-29T00:00:00Z""#
        #expect(try Self.review([Self.enforce: "x"], from: [:], metadata: metadata) == nil)
        #expect(try Self.review([Self.enforce: "x"], from: [:], subResource: "finalize") == nil)
    }
}
