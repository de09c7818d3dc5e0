package import KubernetesAPI

/// An exception with an owner, a reason and an end: rules that do not count for some Pods.
package struct ScoreWaiver: Sendable, Equatable {
    /// What a Pod has to be called, to run and to run as; it has to match all that is given here.
    package struct Match: Sendable, Equatable {
        /// The namespaces; never empty.
        package var namespaces: [NamePattern]
        /// The names of the Pods; `nil` means all.
        package var pods: [NamePattern]?
        /// The names of the containers; `nil` means all.
        package var containers: [NamePattern]?
        /// The images as they are written in the Pod; `nil` means all.
        package var images: [ImagePattern]?
        /// The names of the service accounts; `nil` means all.
        package var serviceAccounts: [NamePattern]?

        /// Whatever runs in these namespaces, until more is said.
        package init(namespaces: [NamePattern]) {
            self.namespaces = namespaces
        }
    }

    /// `metadata.name`, by which messages name the waiver.
    package var name: String
    /// The Pods to which it applies.
    package var match: Match
    /// Ids of rules and names of checks, such as `HostPID` and `baseline/hostNamespaces`, in the waiver's order.
    package var rules: [String]
    /// The last day, in UTC, on which it applies.
    package var expires: CivilDate
    /// Who answers for it.
    package var owner: String
    /// Why it is there.
    package var reason: String

    /// The days before the last one from which on the end is warned about.
    package static let noticeDays = 14

    /// A waiver.
    package init(name: String, match: Match, rules: [String], expires: CivilDate, owner: String, reason: String) {
        self.name = name
        self.match = match
        self.rules = rules
        self.expires = expires
        self.owner = owner
        self.reason = reason
    }

    /// Tells whether the waiver has ended, after which it is as if it were absent.
    package func hasExpired(on today: CivilDate) -> Bool {
        expires < today
    }

    /// Tells whether the end is near enough to be warned about, or past.
    package func isEnding(on today: CivilDate) -> Bool {
        expires.days(since: today) <= Self.noticeDays
    }
}
