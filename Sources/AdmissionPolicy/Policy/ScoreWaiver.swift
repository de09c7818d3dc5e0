package import KubernetesAPI

/// An exception with an owner, a reason and a last day: rules that do not count for some Pods, and a lower minimum score.
package struct ScoreWaiver: Sendable, Equatable {
    /// The Pods to which a waiver applies; a Pod must match each part that is given.
    package struct Match: Sendable, Equatable {
        /// The namespaces; never empty.
        package var namespaces: [NamePattern]
        /// The names of the Pods; `nil` means all.
        package var pods: [NamePattern]?
        /// The names of the containers; `nil` means all.
        package var containers: [NamePattern]?
        /// The images as written in the Pod; `nil` means all.
        package var images: [ImagePattern]?
        /// The names of the service accounts; `nil` means all.
        package var serviceAccounts: [NamePattern]?

        /// Whether it lists images, and each pattern names its repository.
        var namesRepositories: Bool { images?.allSatisfy(\.namesRepository) ?? false }

        /// All Pods of these namespaces.
        package init(namespaces: [NamePattern]) {
            self.namespaces = namespaces
        }
    }

    /// `metadata.name`, which messages show.
    package var name: String
    /// The Pods to which it applies.
    package var match: Match
    /// Ids of rules and names of checks, such as `HostPID` and `baseline/hostNamespaces`, in the waiver's order.
    package var rules: [String]
    /// The minimum score of the Pods that it covers as a whole, at each level with a higher one; `nil` leaves minimums as they are.
    package var minimumScore: Int?
    /// The last day, in UTC, on which it applies.
    package var expires: CivilDate
    /// The person or team that is responsible.
    package var owner: String
    /// The reason for the exception.
    package var reason: String

    /// How many days before the last one warnings begin.
    package static let noticeDays = 14

    /// A waiver.
    package init(
        name: String,
        match: Match,
        rules: [String],
        minimumScore: Int? = nil,
        expires: CivilDate,
        owner: String,
        reason: String
    ) {
        self.name = name
        self.match = match
        self.rules = rules
        self.minimumScore = minimumScore
        self.expires = expires
        self.owner = owner
        self.reason = reason
    }

    /// Tells whether the waiver has expired and has no effect.
    package func hasExpired(on today: CivilDate) -> Bool {
        expires < today
    }

    /// Tells whether the waiver has expired or soon will.
    package func isEnding(on today: CivilDate) -> Bool {
        expires.days(since: today) <= Self.noticeDays
    }
}
