package import KubernetesAPI
import PodScoring

/// A waiver without which more rules would have counted, or a higher minimum.
package struct UsedWaiver: Sendable, Equatable {
    /// The waiver's name.
    package let name: String
    /// The last day, in UTC, on which it applies.
    package let expires: CivilDate
    /// The rules and checks that do not count because of it, in the ruleset's and the standards' order.
    package let rules: [String]
    /// The minimum score that counts because of it; `nil` if it lowers none.
    package let minimumScore: Int?

    /// A waiver with what it did.
    package init(name: String, expires: CivilDate, rules: [String], minimumScore: Int? = nil) {
        self.name = name
        self.expires = expires
        self.rules = rules
        self.minimumScore = minimumScore
    }

    /// The rules and checks, then the minimum: `HostPID, minimumScore 4`.
    package var exceptions: String {
        (rules + (minimumScore.map { ["\(Violation.minimumScoreID) \($0)"] } ?? [])).joined(separator: ", ")
    }

    /// The waiver without its minimum; `nil` if nothing else is left.
    var withoutMinimum: Self? {
        if minimumScore == nil { return self }
        return rules.isEmpty ? nil : Self(name: name, expires: expires, rules: rules)
    }
}

/// The waivers that apply to one object, and the findings that they do not cover.
struct ApplicableWaivers {
    /// A waiver with what it covers.
    private struct Applying {
        let waiver: ScoreWaiver
        let coverage: WaiverCoverage
        /// Whether its last day is near enough for warnings.
        let isEnding: Bool
    }

    private let applying: [Applying]
    /// The indices of the waivers for each id of a rule and name of a check.
    private let namers: [String: [Int]]

    /// Picks the waivers that apply to an object on a day; `nil` if none does.
    init?(_ waivers: [ScoreWaiver], to object: ReviewedObject, in namespace: String, on today: CivilDate) {
        guard !waivers.isEmpty else { return nil }
        let subject = WaiverSubject(object, in: namespace)
        var applying: [Applying] = []
        var namers: [String: [Int]] = [:]
        for waiver in waivers where !waiver.hasExpired(on: today) {
            guard let coverage = subject.coverage(by: waiver.match) else { continue }
            for rule in waiver.rules { namers[rule, default: []].append(applying.count) }
            applying.append(Applying(waiver: waiver, coverage: coverage, isEnding: waiver.isEnding(on: today)))
        }
        guard !applying.isEmpty else { return nil }
        self.applying = applying
        self.namers = namers
    }

    /// The days on which a waiver that soon ends no longer applies, ascending.
    var knownEnds: [CivilDate] {
        Set(applying.filter(\.isEnding).map { $0.waiver.expires.advanced(byDays: 1) }).sorted()
    }

    /// The waivers that apply today and, as far as it can be foreseen, have expired on a later day.
    func expired(by day: CivilDate) -> [ScoreWaiver] {
        applying.filter { $0.isEnding && $0.waiver.hasExpired(on: day) }.map(\.waiver)
    }

    /// Tells whether a waiver applies on a day, as far as that can be foreseen.
    private func isActive(_ index: Int, on day: CivilDate) -> Bool {
        !applying[index].isEnding || !applying[index].waiver.hasExpired(on: day)
    }

    /// The first waiver with the lowest minimum on a day; `nil` if none has one.
    ///
    /// A minimum is about the whole score, so only waivers count that cover the Pod and not just some of its containers.
    private func lowestMinimum(on day: CivilDate) -> (waiver: Int, score: Int)? {
        var lowest: (waiver: Int, score: Int)?
        for index in applying.indices where applying[index].coverage.coversPod && isActive(index, on: day) {
            guard let score = applying[index].waiver.minimumScore, score < lowest?.score ?? .max else { continue }
            lowest = (index, score)
        }
        return lowest
    }

    /// The findings of a rule or a check that no waiver covers on a day, with the waivers used; `nil` if no waiver covers any.
    ///
    /// Linear in the findings, and in the product of the waivers for the rule and the containers.
    private func remaining(_ findings: [Finding], of id: String, on day: CivilDate) -> (findings: [Finding], waivers: [Int])? {
        guard let named = namers[id] else { return nil }
        let active = named.filter { isActive($0, on: day) }
        if let whole = active.first(where: { applying[$0].coverage.coversPod }) {
            return (findings.filter(\.isInEphemeralContainer), [whole])
        }
        guard let first = active.first.map({ applying[$0].coverage }), let count = first.containers?.count else { return nil }
        var missing = Array(repeating: false, count: count)
        for finding in findings {
            guard let index = first.index(of: finding.place), missing.indices.contains(index) else { continue }
            missing[index] = true
        }
        let wanted = missing
        var used: [Int] = []
        for waiver in active {
            guard let covered = applying[waiver].coverage.containers else { continue }
            var helps = false
            for index in missing.indices where missing[index] && covered[index] {
                missing[index] = false
                helps = true
            }
            if helps { used.append(waiver) }
        }
        guard !used.isEmpty else { return nil }
        let rest = findings.filter { finding in
            guard let index = first.index(of: finding.place), wanted.indices.contains(index) else { return true }
            return missing[index]
        }
        return (rest, used)
    }
}

extension Finding {
    /// Whether it is in an ephemeral container, which no waiver covers.
    fileprivate var isInEphemeralContainer: Bool {
        if case .container(.ephemeralContainers, _) = place { true } else { false }
    }
}

extension ApplicableWaivers {
    /// An evaluation with only the findings that no waiver covers on a day, and with the waiver that lowers minimums.
    func applied(to evaluation: PodEvaluation, on day: CivilDate) -> PodEvaluation {
        var used: [(waiver: Int, rule: String)] = []
        func leftOver(of failures: [ScoreReport.Result], in ruleset: Ruleset) -> [Int: [Finding]] {
            var leftOver: [Int: [Finding]] = [:]
            for failure in failures {
                let id = ruleset.entries[failure.index].rule.id
                guard let rest = remaining(failure.findings, of: id, on: day) else { continue }
                leftOver[failure.index] = rest.findings
                if rest.findings.isEmpty { used += rest.waivers.map { ($0, id) } }
            }
            return leftOver
        }
        let rest = leftOver(of: evaluation.failures, in: evaluation.ruleset)
        let controls = evaluation.controls
        let controlRest = evaluation.controlsAreScored ? [:] : leftOver(of: controls.failures, in: controls.ruleset)
        let standards = evaluation.standards.map { standard in
            standard.keeping { violation in
                guard let rest = remaining(violation.findings, of: violation.name, on: day) else { return violation.findings }
                if rest.findings.isEmpty { used += rest.waivers.map { ($0, violation.name) } }
                return rest.findings
            }
        }
        return PodEvaluation(
            evaluation,
            leaving: rest,
            ofControls: controlRest,
            standards: standards,
            usedWaivers: usedWaivers(for: used, on: day)
        )
    }

    /// The waivers with the rules and checks that they cover, and the one that lowers minimums, in the order in which they were read.
    private func usedWaivers(for used: [(waiver: Int, rule: String)], on day: CivilDate) -> [UsedWaiver] {
        let minimum = lowestMinimum(on: day)
        var rules: [Int: [String]] = [:]
        for use in used where rules[use.waiver]?.contains(use.rule) != true { rules[use.waiver, default: []].append(use.rule) }
        if let minimum { rules[minimum.waiver] = rules[minimum.waiver] ?? [] }
        return rules.keys.sorted().map { index in
            UsedWaiver(
                name: applying[index].waiver.name,
                expires: applying[index].waiver.expires,
                rules: rules[index] ?? [],
                minimumScore: minimum?.waiver == index ? minimum?.score : nil
            )
        }
    }
}
