/// The verdict of a rule on one container.
enum ContainerVerdict: Sendable, Equatable {
    /// The container complies with the rule.
    case meets
    /// The container's own value violates the rule, or no value is set.
    case violates
    /// The value that the container inherits from the Pod violates the rule.
    case inheritsViolation

    /// Judges a container by its own settings only.
    @inline(__always)
    init(_ meets: Bool) {
        self = meets ? .meets : .violates
    }

    /// Judges the value that applies to a container: its own, or the Pod's if it has none.
    ///
    /// - Parameters:
    ///   - own: The container's own value.
    ///   - inherited: The Pod's value.
    ///   - unset: The verdict when neither is set.
    ///   - condition: Whether a value complies with the rule.
    @inline(__always)
    init<Value>(own: Value?, inherited: Value?, unset: Self = .violates, where condition: (Value) -> Bool) {
        if let own {
            self = condition(own) ? .meets : .violates
        } else if let inherited {
            self = condition(inherited) ? .meets : .inheritsViolation
        } else {
            self = unset
        }
    }
}
