/// A named part of a ValidatingAdmissionPolicy, which later expressions read as `variables.NAME`.
package struct CELVariable: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The expression in CEL.
    package let expression: String

    /// Creates a variable.
    package init(name: String, expression: String) {
        self.name = name
        self.expression = expression
    }
}

/// One level of a policy as CEL expressions for one ValidatingAdmissionPolicy.
package struct CompiledLevel: Sendable, Equatable {
    /// The variables, in the order in which they must be declared.
    package var variables: [CELVariable]
    /// A boolean expression: whether the object violates the level.
    package var isViolated: String
    /// A string expression: one line of at most 900 bytes about all violations.
    ///
    /// It has no meaning unless ``isViolated`` is true.
    package var message: String
    /// The requests that can violate the level; for the others the policy need not be called.
    package var classes: RequestClasses
    /// Sentences about the demands that are left out, such as those of a rule without CEL.
    package var omissions: [String]

    /// Creates a compiled level.
    package init(
        variables: [CELVariable],
        isViolated: String,
        message: String,
        classes: RequestClasses,
        omissions: [String] = []
    ) {
        self.variables = variables
        self.isViolated = isViolated
        self.message = message
        self.classes = classes
        self.omissions = omissions
    }
}

/// The kinds of requests that an exported policy decides.
package struct RequestClasses: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    package let rawValue: Int

    /// Takes one bit for each kind.
    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// CREATE and UPDATE of Pods.
    package static let pods = Self(rawValue: 1)
    /// UPDATE of `pods/ephemeralcontainers`.
    package static let ephemeralContainers = Self(rawValue: 2)
    /// UPDATE of `pods/resize`.
    package static let resize = Self(rawValue: 4)
    /// CREATE and UPDATE of the built-in kinds with a Pod template.
    package static let workloads = Self(rawValue: 8)

    /// All kinds of requests.
    package static let all: Self = [.pods, .ephemeralContainers, .resize, .workloads]
}
