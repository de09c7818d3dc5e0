package import KubernetesAPI

/// Where a rule found something to change.
package struct Finding: Sendable, Equatable {
    /// The part of the object to which ``Finding/field`` is relative.
    package enum Place: Sendable, Equatable {
        /// The Pod's specification.
        case pod
        /// The metadata of the Pod, or of the template that it is made from.
        case metadata
        /// A container, by its list and its index in it.
        case container(ContainerList, Int)
        /// A volume, by its index.
        case volume(Int)
        /// The object itself, outside the Pod's specification.
        case object
    }

    /// What the field belongs to.
    package let place: Place
    /// The field, relative to the place, such as `securityContext.runAsNonRoot`.
    package let field: String
    /// What to do here, where ``Rule/fix`` does not fit; `nil` where it does.
    package let fix: String?

    /// A finding at a field of a place.
    package init(_ place: Place, _ field: String, fix: String? = nil) {
        self.place = place
        self.field = field
        self.fix = fix
    }

    /// The path from the top of the object.
    package func path(below specification: String) -> String {
        if place == .object { return field }
        var path = ""
        path.reserveCapacity(specification.utf8.count + field.utf8.count + 32)
        path += specification
        switch place {
        case .object: break
        case .pod: path += "."
        case .metadata:
            path.removeLast("spec".count)
            path += "metadata."
        case .container(let list, let index):
            path += "."
            path += list.rawValue
            path += "["
            path += String(index)
            path += "]."
        case .volume(let index):
            path += ".volumes["
            path += String(index)
            path += "]."
        }
        path += field
        return path
    }
}

/// What a check says about one object.
package enum CheckOutcome: Sendable, Equatable {
    /// The object is as the rule wants it.
    case holds
    /// The object is not as the rule wants it; the findings say where, in document order.
    ///
    /// Empty when there is nothing to point at, as for a rule about containers in a Pod that has none.
    case fails([Finding])
    /// The rule has nothing to say about this object and leaves the score and the best possible score.
    case notApplicable
}

extension CheckOutcome {
    /// Holds when there is nothing to point at.
    init(findings: [Finding]) {
        self = findings.isEmpty ? .holds : .fails(findings)
    }

    /// Judges one field of the Pod.
    init(podField field: String, holds: Bool) {
        self = holds ? .holds : .fails([Finding(.pod, field)])
    }

    /// What both outcomes say together: it holds when both hold, and has the findings of both.
    func and(_ other: CheckOutcome) -> CheckOutcome {
        switch (self, other) {
        case (.fails(let first), .fails(let second)): .fails(first + second)
        case (.holds, _): other
        case (_, .holds): self
        case (.notApplicable, _): other
        case (_, .notApplicable): self
        }
    }
}
