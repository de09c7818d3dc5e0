import KubernetesAPI

/// Finds conflicts between policies, each of which is valid alone.
struct PolicyConflicts {
    /// The most globs in all policies: a namespace without an exact match is compared with each, and here each pair is compared.
    static let globLimit = 500
    /// The most selectors in all policies, for the same reasons.
    static let selectorLimit = 500
    /// The most steps of the search for selectors that a Namespace can match together; after that nothing more is reported.
    static let meetingStepLimit = 4_000_000
    /// The most steps of the search for covered policies, for all together; after that nothing more is reported.
    private static let coverStepLimit = 4_000_000

    /// A pattern with its policy.
    private struct Claim {
        let draft: Int
        let source: Int
        let policy: String?
        let pattern: Located<NamePattern>
    }

    /// A selector with its policy.
    private struct SelectorClaim {
        let source: Int
        let selector: Located<NamespaceSelector>
        /// The policy with the selector's text.
        let claim: PolicyClaim

        /// `nil` for a policy without a selector.
        init?(_ draft: PolicyDraft) {
            guard let selector = draft.selector else { return nil }
            source = draft.source
            self.selector = selector
            claim = PolicyClaim(policy: draft.name?.value, pattern: selector.value.description)
        }

        /// Tells whether a Namespace can match both of two equally specific selectors.
        func meets(_ other: Self, steps: inout Int) -> Bool {
            guard selector.value.requirements.count == other.selector.value.requirements.count else { return false }
            return selector.value.mayMeet(other.selector.value, steps: &steps)
        }
    }

    /// The problems of each source, those found earlier among them.
    var diagnostics: [PolicyDiagnostics]

    /// Begins with the problems found so far, one value for each source.
    init(diagnostics: [PolicyDiagnostics]) {
        self.diagnostics = diagnostics
    }

    /// Reports duplicate names and ties, at the later of two documents.
    mutating func find(in drafts: [PolicyDraft], and waivers: [WaiverDraft]) {
        findDuplicateNames(drafts.map { ($0.name, $0.source) }, of: .policy)
        findDuplicateNames(waivers.map { ($0.name, $0.source) }, of: .waiver)
        let claims = drafts.enumerated().flatMap { index, draft in
            draft.namespaces.map { Claim(draft: index, source: draft.source, policy: draft.name?.value, pattern: $0) }
        }
        findEqualNamespaces(in: claims.filter(\.pattern.value.isExact))
        findMeetingGlobs(in: claims.filter { !$0.pattern.value.isExact })
        findMeetingSelectors(in: drafts)
        let selecting = Set(drafts.indices.filter { drafts[$0].selector != nil })
        findCoveredPolicies(in: claims, apartFrom: selecting)
    }

    private mutating func findDuplicateNames(_ names: [(name: Located<String>?, source: Int)], of kind: PolicyKind) {
        var firstPlaces: [[UInt8]: PolicyPlace] = [:]
        for (name, source) in names {
            guard let name else { continue }
            if let first = firstPlaces[Array(name.value.utf8)] {
                diagnostics[source].report(.duplicateName(name.value, kind: kind, first: first), at: name.position)
            } else {
                firstPlaces[Array(name.value.utf8)] = place(name.position, in: source)
            }
        }
    }

    private mutating func findEqualNamespaces(in claims: [Claim]) {
        var firstClaims: [[UInt8]: Claim] = [:]
        for claim in claims {
            let bytes = claim.pattern.value.bytes
            if let first = firstClaims[bytes] {
                // The draft has each namespace once, so the claims are from two policies.
                reportTie(of: claim, with: first, example: nil)
            } else {
                firstClaims[bytes] = claim
            }
        }
    }

    /// Reports, for each glob, the first earlier one of another policy with as many literal characters and a common name.
    private mutating func findMeetingGlobs(in claims: [Claim]) {
        guard claims.count <= Self.globLimit else {
            let claim = claims[Self.globLimit]
            diagnostics[claim.source].report(.tooManyGlobs(limit: Self.globLimit), at: claim.pattern.position)
            return
        }
        for (index, claim) in claims.enumerated() {
            let glob = claim.pattern.value
            for other in claims[..<index] where other.draft != claim.draft && other.pattern.value.literalCount == glob.literalCount {
                guard let name = glob.commonName(with: other.pattern.value) else { continue }
                // A glob never matches a system namespace, so it would be a bad example. Longer names can match both.
                let isExample = glob != other.pattern.value && !PolicySet.systemNamespaces.contains(name)
                reportTie(of: claim, with: other, example: isExample ? name : nil)
                break
            }
        }
    }

    /// Reports, for each selector, an equal one of an earlier policy; otherwise warns of the first one with as many requirements that a
    /// Namespace can match as well.
    private mutating func findMeetingSelectors(in drafts: [PolicyDraft]) {
        var earlier: [SelectorClaim] = []
        var first: [[UInt8]: Int] = [:]
        var steps = Self.meetingStepLimit
        for draft in drafts {
            guard let claim = SelectorClaim(draft) else { continue }
            guard earlier.count < Self.selectorLimit else {
                return diagnostics[claim.source].report(.selector(.tooMany(limit: Self.selectorLimit)), at: claim.selector.position)
            }
            let text = Array(claim.claim.pattern.utf8)
            if let equal = first[text].map({ earlier[$0] }) {
                let place = place(equal.selector.position, in: equal.source)
                let problem = SelectorProblem.tie(claim.claim, other: equal.claim, otherPlace: place)
                diagnostics[claim.source].report(.selector(problem), at: claim.selector.position)
            } else if let other = earlier.first(where: { claim.meets($0, steps: &steps) }) {
                let place = place(other.selector.position, in: other.source)
                let problem = SelectorProblem.overlap(claim.claim, other: other.claim, otherPlace: place)
                diagnostics[claim.source].report(.selector(problem), at: claim.selector.position)
            }
            first[text] = first[text] ?? earlier.count
            earlier.append(claim)
        }
    }

    /// Warns of each policy that applies to no namespace, since more specific policies match all of its names.
    ///
    /// A policy that also selects by labels may apply to any.
    private mutating func findCoveredPolicies(in claims: [Claim], apartFrom selecting: Set<Int>) {
        let exact = claims.filter(\.pattern.value.isExact)
        let globs = claims.filter { !$0.pattern.value.isExact }
        guard globs.count <= Self.globLimit else { return }
        let names = exact.map(\.pattern.value) + PolicySet.systemNamespaces.map { NamePattern($0) }
        let named = Set(exact.map(\.draft))
        var steps = Self.coverStepLimit
        for (draft, own) in Dictionary(grouping: globs, by: \.draft).sorted(by: { $0.key < $1.key })
        where !named.contains(draft) && !selecting.contains(draft) {
            let others = globs.filter { $0.draft != draft }.map(\.pattern.value)
            let isCovered = own.allSatisfy { claim in
                let closer = others.filter { $0.literalCount > claim.pattern.value.literalCount }
                return claim.pattern.value.isCovered(by: closer, and: names, steps: &steps)
            }
            guard isCovered, let first = own.first else { continue }
            diagnostics[first.source].report(.outrankedEverywhere(policy: first.policy), at: first.pattern.position)
        }
    }

    private mutating func reportTie(of claim: Claim, with other: Claim, example: String?) {
        let what = PolicyProblem.What.tie(
            PolicyClaim(policy: claim.policy, pattern: claim.pattern.value.text),
            other: PolicyClaim(policy: other.policy, pattern: other.pattern.value.text),
            otherPlace: place(other.pattern.position, in: other.source),
            example: example
        )
        diagnostics[claim.source].report(what, at: claim.pattern.position)
    }

    private func place(_ position: Position, in source: Int) -> PolicyPlace {
        PolicyPlace(source: diagnostics[source].source, position: position)
    }
}

extension NamespaceSelector {
    /// Tells whether a Namespace can match both selectors; `false` once no steps are left.
    func mayMeet(_ other: Self, steps: inout Int) -> Bool {
        let weight = weight + other.weight
        steps -= weight * weight
        return steps >= 0 && meets(other)
    }
}
