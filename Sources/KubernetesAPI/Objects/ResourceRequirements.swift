/// CPU and memory requests and limits.
package struct ResourceRequirements: Sendable, Equatable {
    /// The amounts; `nil` when there are none.
    package private(set) var amounts: ResourceAmounts?
    /// The facts about the amounts that rules use; they stand in the container, so that rules need not follow a reference.
    package private(set) var facts = ResourceFacts()

    /// Neither requests nor limits.
    package init() {}

    /// The amounts that the scheduler reserves.
    package var requests: ResourceList {
        get { amounts?.requests ?? ResourceList() }
        set { set(requests: newValue, limits: limits) }
    }

    /// The amounts that the container may not exceed.
    package var limits: ResourceList {
        get { amounts?.limits ?? ResourceList() }
        set { set(requests: requests, limits: newValue) }
    }

    /// Sets both at once.
    mutating func set(requests: consuming ResourceList, limits: consuming ResourceList) {
        facts = ResourceFacts(requests: requests, limits: limits)
        amounts = facts == ResourceFacts() ? nil : ResourceAmounts(requests: requests, limits: limits)
    }
}

/// The facts about requests and limits that rules use.
package struct ResourceFacts: Sendable, Equatable {
    /// The fact about an amount that rules use; the key is present.
    package enum Amount: Sendable {
        /// The amount is a well-formed quantity above zero.
        case positive
        /// The amount is zero, null or not a quantity.
        case other

        fileprivate init(_ amount: ResourceAmount) {
            self = amount.isPositive ? .positive : .other
        }
    }

    /// The facts about a list of amounts; `nil` when the key is absent.
    package struct List: Sendable, Equatable {
        /// Processor time.
        package private(set) var cpu: Amount?
        /// Memory.
        package private(set) var memory: Amount?

        fileprivate init() {}

        fileprivate init(_ list: borrowing ResourceList) {
            cpu = list.cpu.map(Amount.init)
            memory = list.memory.map(Amount.init)
        }
    }

    /// The amounts that the scheduler reserves.
    package private(set) var requests = List()
    /// The amounts that the container may not exceed.
    package private(set) var limits = List()

    fileprivate init() {}

    fileprivate init(requests: borrowing ResourceList, limits: borrowing ResourceList) {
        self.requests = List(requests)
        self.limits = List(limits)
    }
}

/// Keeps the amounts of ``ResourceRequirements`` outside of the container, so that a container without them is small.
///
/// A class because it is a reference; it never changes.
package final class ResourceAmounts: Sendable, Equatable {
    /// The amounts that the scheduler reserves.
    package let requests: ResourceList
    /// The amounts that the container may not exceed.
    package let limits: ResourceList

    /// Keeps requests and limits.
    package init(requests: consuming ResourceList, limits: consuming ResourceList) {
        self.requests = requests
        self.limits = limits
    }

    /// The memory that an object takes, in bytes, with its header and the allocator's overhead.
    package static var byteCount: Int { 2 * MemoryLayout<ResourceList>.stride + 32 }

    /// Compares the amounts.
    package static func == (first: ResourceAmounts, second: ResourceAmounts) -> Bool {
        first === second || (first.requests == second.requests && first.limits == second.limits)
    }
}

/// The amounts of CPU and memory; `nil` when the key is absent.
package struct ResourceList: Sendable, Equatable {
    /// Processor time.
    package var cpu: ResourceAmount?
    /// Memory.
    package var memory: ResourceAmount?

    /// Neither requests nor limits.
    package init() {}

    /// Whether both keys are absent.
    var isEmpty: Bool { cpu == nil && memory == nil }
}

/// The value of a key of a resource list.
package enum ResourceAmount: Sendable, Equatable {
    /// The value is null.
    case null
    case quantity(Quantity)

    /// Whether the amount is a well-formed quantity above zero.
    package var isPositive: Bool {
        guard case .quantity(let quantity) = self else { return false }
        return quantity.isPositive
    }
}
