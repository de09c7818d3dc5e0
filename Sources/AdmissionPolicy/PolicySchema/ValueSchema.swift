/// The values that one place of a document may have; JSON Schema and the schemas of CRDs are made of it.
package indirect enum ValueSchema: Sendable, Equatable {
    case text(TextSchema)
    case integer(ClosedRange<Int>)
    case boolean
    case list(of: ValueSchema, ListSize)
    /// An object with any keys and values of one kind.
    case map(of: ValueSchema)
    case object(ObjectSchema)
    /// A schema that several places share, with a name for references to it.
    case shared(String, ValueSchema)
}

/// The conditions on a text; it must meet all of them.
package struct TextSchema: Sendable, Equatable {
    /// The only allowed texts; `nil` means any.
    package var words: [String]?
    /// Texts that are not allowed.
    package var forbidden: [String] = []
    /// A regular expression for the text, in the part of the language that Go and JavaScript share.
    package var pattern: String?
    /// The maximum number of characters; `nil` means any number.
    package var lengthLimit: Int?
    /// Whether the text is a day such as `2027-03-31`.
    package var isDate = false

    /// Any text.
    package init() {}
}

/// The limits on the number of elements.
package struct ListSize: Sendable, Equatable {
    /// The minimum number of elements.
    package var least = 0
    /// The maximum number of elements; `nil` means any number.
    package var most: Int?
    /// Whether no element may occur twice.
    package var isUnique = false

    /// Any number of elements.
    package init(least: Int = 0, most: Int? = nil, isUnique: Bool = false) {
        self.least = least
        self.most = most
        self.isUnique = isUnique
    }
}

/// The fields that an object may have.
package struct ObjectSchema: Sendable, Equatable {
    /// The fields in the order in which a reader of the schema needs them.
    package var fields: [FieldSchema]
    /// Whether other fields are allowed; only the narrower schema of a ``Case`` allows them.
    package var isOpen = false
    /// At least one of these fields is required, and a list among them must not be empty; empty means no such condition.
    package var oneOf: [String] = []
    /// Narrower schemas that apply to some of the objects.
    package var cases: [Case] = []

    /// A narrower schema for the objects in which a field has a value.
    package struct Case: Sendable, Equatable {
        /// The field.
        package let field: String
        /// Its value.
        package let value: String
        /// Whether the field has that value where it is left out.
        package let isDefault: Bool
        /// The case applies only to objects without this field; `nil` means to all.
        package let absent: String?
        /// The additional conditions for these objects.
        package let narrower: ObjectSchema
    }

    /// An object with these fields and no others.
    package init(_ fields: [FieldSchema]) {
        self.fields = fields
    }
}

/// A field of an object.
package struct FieldSchema: Sendable, Equatable {
    /// The key.
    package let name: String
    /// One sentence for the author of a document; empty where a wider schema has it.
    package let summary: String
    /// Whether the object must have the field.
    package let isRequired: Bool
    /// The values.
    package let value: ValueSchema
    /// The conditions on a value that only a CRD can say.
    package var rules: [ValidationRule] = []
}

/// A condition on a value that a schema cannot say.
///
/// CRDs say it in CEL, and the JSON Schema leaves it out.
package struct ValidationRule: Sendable, Equatable {
    /// The condition in CEL; `self` is the value.
    package let expression: String
    /// The change that the author of an object must make to meet it.
    package let message: String
    /// The field below the value that is wrong, such as `.enforce.from`; `nil` means the value itself.
    package let field: String?

    /// A condition on a value, or on a field below it.
    init(_ expression: String, _ message: String, field: String? = nil) {
        self.expression = expression
        self.message = message
        self.field = field
    }
}

extension ValueSchema {
    /// One of some texts.
    static func words(_ words: [String]) -> Self {
        var text = TextSchema()
        text.words = words
        return .text(text)
    }

    /// A text that matches a regular expression.
    static func pattern(_ pattern: String, lengthLimit: Int? = nil, forbidden: [String] = []) -> Self {
        var text = TextSchema()
        text.pattern = pattern
        text.lengthLimit = lengthLimit
        text.forbidden = forbidden
        return .text(text)
    }

    /// A day such as `2027-03-31`.
    static var date: Self {
        var text = TextSchema()
        text.pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        text.isDate = true
        return .text(text)
    }
}
