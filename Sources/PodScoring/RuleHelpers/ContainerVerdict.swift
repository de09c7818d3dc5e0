/// What a rule says of one container.
enum ContainerVerdict: Sendable, Equatable {
    /// The container is as the rule wants it.
    case meets
    /// The container's own value is at fault, or nobody has set one.
    case ownFault
    /// The value that the container inherits from the Pod is at fault.
    case inheritedFault

    /// Judges a container by what stands in itself.
    @inline(__always)
    init(_ meets: Bool) {
        self = meets ? .meets : .ownFault
    }

    /// Judges the value that is in force for a container: its own, else the Pod's.
    ///
    /// - Parameters:
    ///   - own: The container's own value.
    ///   - inherited: The Pod's value.
    ///   - unset: The verdict when neither is set.
    ///   - condition: What the rule wants of a value.
    @inline(__always)
    init<Value>(own: Value?, inherited: Value?, unset: Self = .ownFault, where condition: (Value) -> Bool) {
        if let own {
            self = condition(own) ? .meets : .ownFault
        } else if let inherited {
            self = condition(inherited) ? .meets : .inheritedFault
        } else {
            self = unset
        }
    }
}
