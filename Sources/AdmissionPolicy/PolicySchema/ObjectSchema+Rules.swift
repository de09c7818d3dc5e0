extension ObjectSchema {
    /// The conditions between the fields of the object, in CEL.
    var rules: [ValidationRule] {
        (oneOf.isEmpty ? [] : [oneOfRule]) + cases.flatMap { rules(of: $0) }
    }

    /// At least one of some fields is there, and is not an empty list or map.
    private var oneOfRule: ValidationRule {
        let conditions = oneOf.map { name in
            switch fields.first(where: { $0.name == name })?.value.unshared {
            case .list, .map: "(has(self.\(name)) && size(self.\(name)) > 0)"
            default: "has(self.\(name))"
            }
        }
        return ValidationRule(conditions.joined(separator: " || "), "needs at least one of \(oneOf.joined(separator: ", "))")
    }

    /// The conditions on the objects to which a narrower schema applies, one for each place.
    private func rules(of narrowing: Case) -> [ValidationRule] {
        let others =
            [Case.isAbsent(narrowing.field, narrowing.value, isDefault: narrowing.isDefault)]
            + (narrowing.absent.map { ["has(self.\($0))"] } ?? [])
        let place = "under \(narrowing.field) \(narrowing.value)" + (narrowing.absent.map { " without \($0)" } ?? "")
        let demands = ValueSchema.object(narrowing.narrower).demands(within: .object(self), on: ValuePath())
        return demands.map { demand in
            ValidationRule(
                (others + [demand.condition]).joined(separator: " || "),
                "\(demand.message) \(place)",
                field: demand.fields.isEmpty ? nil : demand.fields.map { "." + $0 }.joined()
            )
        }
    }
}

extension ObjectSchema.Case {
    /// The condition that a field does not have a value, nor by default.
    static func isAbsent(_ field: String, _ value: String, isDefault: Bool) -> String {
        isDefault ? "(has(self.\(field)) && self.\(field) != '\(value)')" : "(!has(self.\(field)) || self.\(field) != '\(value)')"
    }
}

/// A place in an object, for CEL and for people.
private struct ValuePath {
    /// The value, as CEL names it.
    var value = "self"
    /// The fields from the object to the value; those of a list's elements are left out, since an error cannot point at them.
    var fields: [String] = []
    /// The last field, for messages.
    var name = ""
    /// Whether the value is an element of a list.
    var isElement = false

    /// A field of the value.
    func field(_ name: String) -> Self {
        Self(value: "\(value).\(name)", fields: isElement ? fields : fields + [name], name: name, isElement: isElement)
    }

    /// Each element of the value, which is a list.
    var element: Self {
        Self(value: "each", fields: fields, name: name, isElement: true)
    }
}

/// A condition of a narrower schema on one place.
private struct Demand {
    /// The condition in CEL.
    var condition: String
    /// The condition in words.
    let message: String
    /// The fields from the object to the place.
    let fields: [String]
}

extension ValueSchema {
    /// The value without a name for references.
    var unshared: Self {
        if case .shared(_, let value) = self { value.unshared } else { self }
    }

    /// The demands of the schema in addition to those of a wider one.
    ///
    /// A map is never narrowed, nor is a list in a list: there is no name for the elements of a second list.
    fileprivate func demands(within wider: Self, on path: ValuePath) -> [Demand] {
        if unshared == wider.unshared { return [] }
        switch (unshared, wider.unshared) {
        case (.integer(let range), .integer):
            let condition = "(\(range.lowerBound) <= \(path.value) && \(path.value) <= \(range.upperBound))"
            return [path.demand(condition, "\(path.name) must be from \(range.lowerBound) to \(range.upperBound)")]
        case (.text(let text), .text):
            guard let words = text.words else { return [] }
            let condition = "\(path.value) in [\(words.map { "'\($0)'" }.joined(separator: ", "))]"
            return [path.demand(condition, "\(path.name) must be among \(words.joined(separator: ", "))")]
        case (.list(let element, let size), .list(let wide, let wideSize)):
            return size.demands(within: wideSize, on: path)
                + element.demands(within: wide, on: path.element).map { demand in
                    path.demand("\(path.value).all(each, \(demand.condition))", demand.message)
                }
        case (.object(let object), .object(let wide)):
            return object.demands(within: wide, on: path)
        default: return []
        }
    }
}

extension ListSize {
    /// The demands of the size in addition to those of a wider one.
    fileprivate func demands(within wider: ListSize, on path: ValuePath) -> [Demand] {
        var demands: [Demand] = []
        if least > wider.least {
            demands.append(path.demand("size(\(path.value)) >= \(least)", "\(path.name) must have \(least) or more entries"))
        }
        if let most, most < wider.most ?? .max {
            demands.append(path.demand("size(\(path.value)) <= \(most)", "\(path.name) must have at most \(most) entries"))
        }
        return demands
    }
}

extension ObjectSchema {
    /// The demands of the fields in addition to those of a wider schema.
    fileprivate func demands(within wider: ObjectSchema, on path: ValuePath) -> [Demand] {
        var demands: [Demand] = []
        for field in fields {
            guard let wide = wider.fields.first(where: { $0.name == field.name }) else { continue }
            let inner = path.field(field.name)
            if field.isRequired, !wide.isRequired { demands.append(inner.demand("has(\(inner.value))", "\(field.name) is required")) }
            demands += field.value.demands(within: wide.value, on: inner).map { demand in
                var demand = demand
                demand.condition = "!has(\(inner.value)) || \(demand.condition)"
                return demand
            }
        }
        let unknown = isOpen ? [] : wider.fields.map(\.name).filter { name in !fields.contains { $0.name == name } }
        guard !unknown.isEmpty else { return demands }
        let condition = "(\(unknown.map { "!has(\(path.value).\($0))" }.joined(separator: " && ")))"
        return demands + [path.demand(condition, "\(path.name) must not have \(unknown.joined(separator: ", "))")]
    }
}

extension ValuePath {
    /// A demand on this place.
    fileprivate func demand(_ condition: String, _ message: String) -> Demand {
        Demand(condition: condition, message: message, fields: fields)
    }
}
