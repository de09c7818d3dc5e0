import KubernetesAPI

extension ResourceFacts.Amount? {
    /// Whether the amount is set and above zero.
    @inline(__always)
    var isPositive: Bool {
        if case .positive? = self { true } else { false }
    }

    /// Returns whether this request is above zero or, if it is not set, the limit is.
    ///
    /// The API server copies a limit to the request only if no request is set; a request of zero stays.
    @inline(__always)
    func isPositive(orLimit limit: Self) -> Bool {
        switch self {
        case .positive?: true
        case .other?: false
        case nil: limit.isPositive
        }
    }
}
