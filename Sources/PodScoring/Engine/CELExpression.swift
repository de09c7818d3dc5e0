/// A value that the condition of a ``CELCheck`` can read; the raw value is its name in CEL.
///
/// The compiler of levels declares the variables and binds the other names where it puts the conditions.
package enum CELTerm: String, Sendable, CaseIterable {
    /// The template, or the Pod itself.
    case template = "t"
    /// The Pod's specification.
    case spec = "s"
    /// The Pod's `securityContext`, which can be empty.
    case podSecurityContext = "q"
    /// Whether the Pod declares that it runs on Windows.
    case isWindows = "w"
    /// Whether the object is a template, to which the API server adds less than to a Pod.
    case isTemplate = "(request.kind.kind!='Pod')"
    /// The names of the kernel parameters that are safe since Kubernetes 1.29, as a list; later lists begin with them.
    case safeSysctls = "variables.y"
    /// The volume, claim or unprepared container that the condition judges; only in ranges of these.
    case item = "c"
    /// The container that the condition judges, as it is written.
    case container = "c.c"
    /// The container's `securityContext`, which can be empty; or the Pod's where that is judged.
    case securityContext = "c.s"
    /// The name of the container, or `Pod` where that is judged.
    case place = "c.n"
    /// The container's `capabilities.add`, which can be empty.
    case addedCapabilities = "c.a"
    /// The container's `capabilities.drop`, which can be empty.
    case droppedCapabilities = "c.d"
    /// The type of the seccomp profile that applies to the container; empty without one, and for `Localhost` without a name.
    case seccompType = "c.e"
    /// The type of the AppArmor profile that applies to the container; empty without one.
    case appArmorType = "c.m"
    /// The cleaned path of a `hostPath` volume, without the first slash; empty for the root and for a path that is too long.
    case hostPath = "c[1]"
}

/// An expression in CEL with the terms that it reads.
///
/// It is written as a string literal in which terms, lists and texts are interpolated: `"\(.securityContext).?privileged.orValue(false)"`.
package struct CELExpression: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The text.
    package let text: String
    /// The terms in it.
    package let terms: Set<CELTerm>

    /// Takes a text without terms.
    package init(stringLiteral text: String) {
        self.text = text
        terms = []
    }

    /// Takes a text with terms.
    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        terms = stringInterpolation.terms
    }

    /// Collects the parts of an expression.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var terms: Set<CELTerm> = []

        /// Starts an expression.
        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 8 * interpolationCount)
        }

        /// Appends a text as it is.
        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Appends the name of a term.
        package mutating func appendInterpolation(_ term: CELTerm) {
            text += term.rawValue
            terms.insert(term)
        }

        /// Appends another expression.
        package mutating func appendInterpolation(_ expression: CELExpression) {
            text += expression.text
            terms.formUnion(expression.terms)
        }

        /// Appends a text as a literal.
        package mutating func appendInterpolation(literal: String) {
            text += CELText.literal(literal)
        }

        /// Appends texts as a list of literals.
        package mutating func appendInterpolation(list: [String]) {
            text += CELText.list(list)
        }

        /// Appends the name of a field or of a variable as it is.
        package mutating func appendInterpolation(name: String) {
            text += name
        }
    }
}
