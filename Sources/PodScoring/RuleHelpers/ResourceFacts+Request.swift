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

extension ResourceFacts {
    /// The condition in CEL that neither a container nor its Pod has a limit of a resource above zero.
    ///
    /// The API server stores each amount in its shortest form, so that one that is not above zero is `0`.
    static func lacksLimit(_ resource: String) -> CELExpression {
        let own: CELExpression = "\(.item).?resources.?limits.?\(name: resource).orValue('0')=='0'"
        return "\(own)&&\(.spec).?resources.?limits.?\(name: resource).orValue('0')=='0'"
    }

    /// The condition in CEL that neither a container nor its Pod requests a resource; a limit counts where no request is set.
    static func lacksRequest(_ resource: String) -> CELExpression {
        "\(lacksRequest(resource, of: .item))&&\(lacksRequest(resource, of: .spec))"
    }

    private static func lacksRequest(_ resource: String, of owner: CELTerm) -> CELExpression {
        let limit: CELExpression = "\(owner).?resources.?limits.?\(name: resource)"
        return "\(owner).?resources.?requests.?\(name: resource).or(\(limit)).orValue('0')=='0'"
    }
}
