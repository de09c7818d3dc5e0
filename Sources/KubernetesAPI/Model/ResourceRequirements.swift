/// CPU and memory requests and limits.
package struct ResourceRequirements: Sendable, Equatable {
    /// What is set; `nil` when nothing is.
    @usableFromInline package var amounts: ResourceAmountsBox?

    /// Neither requests nor limits.
    package init() {}

    /// What the scheduler reserves.
    package var requests: ResourceList {
        @_transparent get {
            guard let amounts else { return ResourceList() }
            return amounts.value.requests
        }
        set { edit { $0.requests = newValue } }
    }

    /// What the container may not exceed.
    package var limits: ResourceList {
        @_transparent get {
            guard let amounts else { return ResourceList() }
            return amounts.value.limits
        }
        set { edit { $0.limits = newValue } }
    }

    private mutating func edit(_ body: (inout ResourceAmounts) -> Void) {
        var value = amounts?.value ?? ResourceAmounts()
        body(&value)
        amounts = ResourceAmountsBox(value)
    }

    /// Amounts that say nothing are the same as none.
    package static func == (first: Self, second: Self) -> Bool {
        if first.amounts === second.amounts { return true }
        return first.amounts?.value ?? ResourceAmounts() == second.amounts?.value ?? ResourceAmounts()
    }
}

/// The amounts of ``ResourceRequirements``.
package struct ResourceAmounts: Sendable, Equatable {
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
