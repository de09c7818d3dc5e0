import AdmissionPolicy

/// Counters of violations by policy, level and rule.
///
/// Rules are searched from where the last search ended, and violations come in the order of a policy's demands. So counting compares few
/// names, and hashes and allocates nothing once a counter exists. The number of counters is bounded, whatever policies are loaded.
struct ViolationCounters: Sendable {
    /// The violations of one rule at one level of one policy.
    struct Counter: Sendable {
        /// The id of the rule or check.
        let rule: String
        /// The number of violations.
        var count = 0
    }

    /// The most counters, and so the most series.
    static let limit = 2_000
    /// The most rules with a counter at each level of policies without a label; later ones share one.
    ///
    /// Podscore has fewer rules and checks.
    static let ruleLimit = 80
    /// The most counters of policies with a label.
    static let labelledLimit = limit - (ruleLimit + 1) * levels.count

    /// The levels in the order of ``lists``, which is that of their raw values.
    static let levels: [Effect] = [.audit, .warn, .deny]

    /// The counters: a list for each level of each policy, by the index of the policy's label.
    private(set) var lists: [[Counter]] = []
    /// The number of counters of policies with a label.
    private var labelledCount = 0

    /// The index of a list.
    static func list(of policy: Int, _ level: Effect) -> Int {
        policy * levels.count + level.rawValue
    }

    /// Counts the violations of a request under the index of its policy's label; 0 is the shared one.
    mutating func record(_ verdicts: [LevelVerdict], policy: Int) {
        for verdict in verdicts where !verdict.violations.isEmpty {
            let list = Self.list(of: policy, verdict.effect)
            makeList(list)
            var place = 0
            for violation in verdict.violations { place = count(violation.id, in: list, searchingFrom: place) }
        }
    }

    /// Makes room for the violations that policies can have, given by the indexes of their labels, and takes it from all others.
    mutating func keep(_ policies: [(policy: Int, demands: [(effect: Effect, ids: [String])])]) {
        labelledCount = 0
        for list in lists.indices {
            lists[list].removeAll { $0.count == 0 }
            if list >= Self.levels.count { labelledCount += lists[list].count }
        }
        for (policy, demands) in policies where policy > 0 {
            for (effect, ids) in demands {
                let list = Self.list(of: policy, effect)
                makeList(list)
                for id in ids where place(of: id, in: list, from: 0) == nil { _ = append(id, to: list) }
            }
        }
    }

    /// Counts one violation; returns the place in the list at which to search for the next one.
    private mutating func count(_ rule: String, in list: Int, searchingFrom start: Int) -> Int {
        if let place = place(of: rule, in: list, from: start) ?? append(rule, to: list) {
            lists[list][place].count += 1
            return place + 1
        }
        let isShared = list < Self.levels.count
        _ = count(isShared ? LabelTable.other : rule, in: list % Self.levels.count, searchingFrom: 0)
        return start
    }

    private func place(of rule: String, in list: Int, from start: Int) -> Int? {
        let counters = lists[list]
        return counters[start...].firstIndex { $0.rule == rule } ?? counters[..<start].firstIndex { $0.rule == rule }
    }

    /// Adds a counter; returns its place, or `nil` if there is no room.
    private mutating func append(_ rule: String, to list: Int) -> Int? {
        if list < Self.levels.count {
            makeList(list)
            guard lists[list].count < Self.ruleLimit || rule == LabelTable.other else { return nil }
        } else {
            guard labelledCount < Self.labelledLimit else { return nil }
            labelledCount += 1
        }
        lists[list].append(Counter(rule: rule))
        return lists[list].count - 1
    }

    private mutating func makeList(_ list: Int) {
        while lists.count <= list { lists.append([]) }
    }
}

extension Effect {
    /// The level with the effect, as a label.
    var levelLabel: String {
        switch self {
        case .deny: "enforce"
        case .warn: "warn"
        case .audit: "audit"
        }
    }
}
