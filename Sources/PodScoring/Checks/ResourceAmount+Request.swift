import KubernetesAPI

extension ResourceAmount? {
    /// Whether there is an amount above zero.
    @inline(__always)
    var isPositive: Bool {
        if case .quantity(let quantity) = self { quantity.isPositive } else { false }
    }

    /// Whether there is an amount above zero, in this request or, where there is no request, in the limit.
    ///
    /// The API server makes a request of a limit only where no request is written, not even one for nothing.
    @inline(__always)
    func isPositive(orLimit limit: ResourceAmount?) -> Bool {
        self == nil ? limit.isPositive : isPositive
    }
}
