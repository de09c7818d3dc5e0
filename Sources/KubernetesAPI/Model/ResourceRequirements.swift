/// CPU and memory requests and limits.
package struct ResourceRequirements: Sendable, Equatable {
    /// What is set.
    @usableFromInline package var amounts = KeptApart<ResourceAmounts>()

    /// Neither requests nor limits.
    @inlinable
    package init() {}

    /// What the scheduler reserves.
    @inlinable package var requests: ResourceList {
        get { amounts.parts.isEmpty ? ResourceList() : amounts.parts[0].requests }
        set { amounts.part.requests = newValue }
    }

    /// What the container may not exceed.
    @inlinable package var limits: ResourceList {
        get { amounts.parts.isEmpty ? ResourceList() : amounts.parts[0].limits }
        set { amounts.part.limits = newValue }
    }
}

/// The amounts of ``ResourceRequirements``.
package struct ResourceAmounts: ModelPart {
    /// What the scheduler reserves.
    package var requests = ResourceList()
    /// What the container may not exceed.
    package var limits = ResourceList()

    /// Neither requests nor limits.
    package init() {}
}

/// The amounts of CPU and memory; `nil` when the key is absent.
package struct ResourceList: Sendable, Equatable {
    /// Processor time.
    package var cpu: ResourceAmount?
    /// Memory.
    package var memory: ResourceAmount?

    /// Neither requests nor limits.
    @inlinable
    package init() {}
}

/// What a resource list holds under a key that is present.
package enum ResourceAmount: Sendable, Equatable {
    /// The key is there and its value is null.
    case null
    case quantity(Quantity)

    /// Whether the amount is a well-formed quantity above zero.
    package var isPositive: Bool {
        guard case .quantity(let quantity) = self else { return false }
        return quantity.isPositive
    }
}
