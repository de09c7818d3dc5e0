import KubernetesAPI

extension ResourceFacts.Amount? {
    /// Whether there is an amount above zero.
    @inline(__always)
    var isPositive: Bool {
        self == .positive
    }

    /// Whether there is an amount above zero, in this request or, where there is no request, in the limit.
    ///
    /// The API server makes a request of a limit only where no request is written, not even one for nothing.
    @inline(__always)
    func isPositive(orLimit limit: Self) -> Bool {
        self == nil ? limit.isPositive : isPositive
    }
}
