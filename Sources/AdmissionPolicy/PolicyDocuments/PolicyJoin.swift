/// The policies and waivers that are in force when those of files and the objects of a cluster are joined.
///
/// Files are free of conflicts among themselves. Of the objects, older ones are taken first, and each that conflicts with what is already
/// in force is left out, alone. So every set of objects gives a legal result, which depends on the set and not on the order of changes.
package struct PolicyJoin: Sendable {
    /// An object that is not in force although it is valid.
    package struct Loser: Sendable, Equatable {
        /// The object.
        package let object: PolicyObject
        /// The reason.
        package let conflict: ObjectConflict

        /// Leaves an object out.
        package init(object: PolicyObject, conflict: ObjectConflict) {
            self.object = object
            self.conflict = conflict
        }
    }

    /// The policies in force: those of the files, then those of objects from the oldest on.
    package private(set) var policies: [ScorePolicy]
    /// The waivers in force, in the same order.
    package private(set) var waivers: [ScoreWaiver]
    /// The objects in force, from the oldest on.
    package private(set) var objects: [PolicyObject] = []
    /// The valid objects that are not in force, from the oldest on.
    package private(set) var losers: [Loser] = []
    /// The objects in force that give way to an equally specific selector where a Namespace can match both, in the same order.
    package private(set) var overlaps: [SelectorOverlap] = []

    private var claims: PolicyClaims

    /// Joins the policies and waivers of files with objects, which may be in any order.
    package init(policies: [ScorePolicy], waivers: [ScoreWaiver], objects: [PolicyObject]) {
        self.policies = policies
        self.waivers = waivers
        claims = PolicyClaims()
        for policy in policies { claims.take(policy, of: .files) }
        for waiver in waivers { claims.take(waiver, of: .files) }
        for object in objects.sorted(by: { $0.identity.precedes($1.identity) }) { take(object) }
    }

    private mutating func take(_ object: PolicyObject) {
        let conflict =
            switch object.content {
            case .policy(let policy): claims.conflict(of: policy)
            case .waiver(let waiver): claims.conflict(of: waiver)
            }
        if let conflict {
            losers.append(Loser(object: object, conflict: conflict))
            return
        }
        objects.append(object)
        switch object.content {
        case .policy(let policy):
            if let selector = policy.namespaceSelector, let other = claims.overlap(of: selector) {
                overlaps.append(
                    SelectorOverlap(object: object.identity, selector: selector, other: other.policy, otherSelector: other.selector)
                )
            }
            claims.take(policy, of: .object(object.identity))
            policies.append(policy)
        case .waiver(let waiver):
            claims.take(waiver, of: .object(object.identity))
            waivers.append(waiver)
        }
    }
}

/// Two policies whose selectors are equally specific and can match one Namespace; the earlier policy applies there.
package struct SelectorOverlap: Sendable, Equatable, CustomStringConvertible {
    /// The later policy, an object.
    package let object: PolicyObject.Identity
    /// Its selector.
    let selector: NamespaceSelector
    /// The earlier policy, of a file or of an older object.
    let other: String
    /// The selector of that policy.
    let otherSelector: NamespaceSelector

    /// One line, fit to follow the object's name and a colon.
    package var description: String {
        "selects \(quoted(selector.description)) and policy \(other) \(quoted(otherSelector.description)), which are equally specific; "
            + "policy \(other) applies to a Namespace that both select"
    }
}

/// Why a valid object is not in force.
package enum ObjectConflict: Sendable, Equatable {
    /// Another source has a policy or waiver of the same name.
    case name(of: PolicyOwner)
    /// Both policies list the same pattern.
    case pattern(String, other: String, of: PolicyOwner)
    /// Both policies have globs that are equally specific for some names.
    case globs(String, otherGlob: String, other: String, of: PolicyOwner)
    /// Both policies select Namespaces by the same requirements.
    case selector(String, other: String, of: PolicyOwner)
    /// With this policy there would be too many globs.
    case tooManyGlobs(limit: Int)
    /// With this policy there would be too many selectors.
    case tooManySelectors(limit: Int)
}

/// The source of a policy or waiver.
package enum PolicyOwner: Sendable, Equatable {
    /// A policy file, which wins over every object.
    case files
    /// An object of a cluster.
    case object(PolicyObject.Identity)
}

extension ObjectConflict: CustomStringConvertible {
    /// One line, fit to follow the object's name and a colon.
    package var description: String {
        switch self {
        case .name(let owner): "\(owner.noun) has the same name, and \(owner.precedence)"
        case .pattern(let pattern, let other, let owner):
            "policy \(other) of \(owner.place) also lists \(quoted(pattern)), and \(owner.precedence)"
        case .globs(let glob, let otherGlob, let other, let owner):
            "\(quoted(glob)) and \(quoted(otherGlob)) of policy \(other) of \(owner.place) are equally specific, and \(owner.precedence)"
        case .selector(let selector, let other, let owner):
            "policy \(other) of \(owner.place) also selects \(quoted(selector)), and \(owner.precedence)"
        case .tooManySelectors(let limit): "there are more than \(limit) policies with a namespaceSelector, and older objects win"
        case .tooManyGlobs(let limit): "there are more than \(limit) globs in all policies, and older objects win"
        }
    }
}

extension PolicyOwner {
    fileprivate var noun: String {
        switch self {
        case .files: "a document of a file"
        case .object: "an older object"
        }
    }

    fileprivate var place: String {
        switch self {
        case .files: "a file"
        case .object: "the cluster"
        }
    }

    fileprivate var precedence: String {
        switch self {
        case .files: "files win"
        case .object: "the older object wins"
        }
    }
}

/// The names and patterns that policies and waivers in force already use.
private struct PolicyClaims {
    private struct Glob {
        let pattern: NamePattern
        let policy: String
        let owner: PolicyOwner
    }

    private var policyNames: [[UInt8]: PolicyOwner] = [:]
    private var waiverNames: [[UInt8]: PolicyOwner] = [:]
    private var exact: [[UInt8]: (policy: String, owner: PolicyOwner)] = [:]
    /// By the number of literal characters: only globs with as many can be equally specific.
    private var globs: [Int: [Glob]] = [:]
    private var globCount = 0
    /// By the text, which equal selectors share.
    private var selectors: [[UInt8]: (policy: String, owner: PolicyOwner)] = [:]
    /// By the number of requirements: only selectors with as many can be equally specific.
    private var equallySpecific: [Int: [(selector: NamespaceSelector, policy: String)]] = [:]
    /// The steps that are left for the search for overlaps.
    private var steps = PolicyConflicts.meetingStepLimit

    mutating func take(_ waiver: ScoreWaiver, of owner: PolicyOwner) {
        waiverNames[Array(waiver.name.utf8)] = owner
    }

    mutating func take(_ policy: ScorePolicy, of owner: PolicyOwner) {
        policyNames[Array(policy.name.utf8)] = owner
        for pattern in policy.namespaces {
            if pattern.isExact {
                exact[pattern.bytes] = (policy.name, owner)
            } else {
                globs[pattern.literalCount, default: []].append(Glob(pattern: pattern, policy: policy.name, owner: owner))
                globCount += 1
            }
        }
        if let selector = policy.namespaceSelector {
            selectors[Array(selector.description.utf8)] = (policy.name, owner)
            equallySpecific[selector.requirements.count, default: []].append((selector, policy.name))
        }
    }

    /// The first of the equally specific selectors that a Namespace can match together with this one; `nil` without one.
    mutating func overlap(of selector: NamespaceSelector) -> (selector: NamespaceSelector, policy: String)? {
        equallySpecific[selector.requirements.count]?.first { selector.mayMeet($0.selector, steps: &steps) }
    }

    func conflict(of waiver: ScoreWaiver) -> ObjectConflict? {
        waiverNames[Array(waiver.name.utf8)].map { .name(of: $0) }
    }

    func conflict(of policy: ScorePolicy) -> ObjectConflict? {
        if let owner = policyNames[Array(policy.name.utf8)] { return .name(of: owner) }
        let ownGlobCount = policy.namespaces.count { !$0.isExact }
        // Files have their own limit, and count here too. It comes first, since it bounds the pairs of globs that are compared.
        if ownGlobCount > 0, globCount + ownGlobCount > PolicyConflicts.globLimit {
            return .tooManyGlobs(limit: PolicyConflicts.globLimit)
        }
        for pattern in policy.namespaces {
            if pattern.isExact {
                if let first = exact[pattern.bytes] { return .pattern(pattern.text, other: first.policy, of: first.owner) }
                continue
            }
            for glob in globs[pattern.literalCount] ?? [] where pattern.commonName(with: glob.pattern) != nil {
                return pattern == glob.pattern
                    ? .pattern(pattern.text, other: glob.policy, of: glob.owner)
                    : .globs(pattern.text, otherGlob: glob.pattern.text, other: glob.policy, of: glob.owner)
            }
        }
        return conflict(of: policy.namespaceSelector)
    }

    private func conflict(of selector: NamespaceSelector?) -> ObjectConflict? {
        guard let selector else { return nil }
        let text = selector.description
        if let first = selectors[Array(text.utf8)] { return .selector(text, other: first.policy, of: first.owner) }
        return selectors.count >= PolicyConflicts.selectorLimit ? .tooManySelectors(limit: PolicyConflicts.selectorLimit) : nil
    }
}
