/// Where a node reader is inside an object.
package struct NodeObjectCursor {
    /// The members of the object.
    let members: [ManifestNode.Member]
    /// The index of the next one.
    var next = 0
}

/// Where a node reader is inside an array.
package struct NodeArrayCursor {
    /// The elements of the array.
    let elements: [ManifestNode]
    /// The index of the next one.
    var next = 0
}

/// Reads the model from a tree of nodes; whoever built the tree has checked grammar, duplicate keys and depth.
package struct NodeReader: ManifestReader {
    private var node: ManifestNode

    /// Starts at a node.
    package init(_ node: ManifestNode) {
        self.node = node
    }

    /// The position of the current node.
    package var location: DecodingFailure.Location { .position(node.position) }

    /// Builds the failure for a node of the wrong type.
    private func wrongType(expected: DecodingFailure.ValueType) -> DecodingFailure {
        DecodingFailure(.wrongType(expected: expected, found: node.valueType), at: location)
    }

    /// Steps into an object; `nil` when the value is null.
    package mutating func beginObject() throws(DecodingFailure) -> NodeObjectCursor? {
        switch node.value {
        case .object(let members): NodeObjectCursor(members: members)
        case .null: nil
        default: throw wrongType(expected: .object)
        }
    }

    /// Steps to the value of the next known field; `nil` at the end of the object.
    package mutating func nextField<Field: FieldName>(
        in cursor: inout NodeObjectCursor,
        of type: Field.Type
    ) throws(DecodingFailure) -> Field? {
        while cursor.next < cursor.members.count {
            let member = cursor.members[cursor.next]
            cursor.next += 1
            let key = member.key.utf8.span
            if let number = type.table.names.field(named: KeyBytes(of: key), key) {
                node = member.value
                return type.table.fields[Int(number)]
            }
        }
        return nil
    }

    /// Steps to the value of the next key with one of the prefixes; `nil` at the end of the object.
    package mutating func nextKey(
        in cursor: inout NodeObjectCursor,
        withPrefixIn prefixes: [String]
    ) throws(DecodingFailure) -> (name: String, location: DecodingFailure.Location)? {
        while cursor.next < cursor.members.count {
            let member = cursor.members[cursor.next]
            cursor.next += 1
            if prefixes.contains(where: { member.key.beginsWithBytes(of: $0) }) {
                node = member.value
                return (member.key, .position(member.keyPosition))
            }
        }
        return nil
    }

    /// Steps to the value of the next key with one of the names; `nil` at the end of the object.
    package mutating func nextMember(in cursor: inout NodeObjectCursor, among names: [String]) throws(DecodingFailure) -> Int? {
        while cursor.next < cursor.members.count {
            let member = cursor.members[cursor.next]
            cursor.next += 1
            if let index = names.firstIndex(where: { $0.hasSameBytes(as: member.key) }) {
                node = member.value
                return index
            }
        }
        return nil
    }

    /// Tells whether the current object has a key besides `name` whose value is not null.
    package mutating func hasMember(besides name: String) throws(DecodingFailure) -> Bool {
        guard let object = try beginObject() else { return false }
        return object.members.contains { member in
            if case .null = member.value.value { return false }
            return !member.key.hasSameBytes(as: name)
        }
    }

    /// Steps into an array; `nil` when the value is null.
    package mutating func beginArray() throws(DecodingFailure) -> NodeArrayCursor? {
        switch node.value {
        case .array(let elements): NodeArrayCursor(elements: elements)
        case .null: nil
        default: throw wrongType(expected: .array)
        }
    }

    /// Steps to the next element; `false` at the end of the array.
    package mutating func nextElement(in cursor: inout NodeArrayCursor) throws(DecodingFailure) -> Bool {
        guard cursor.next < cursor.elements.count else { return false }
        node = cursor.elements[cursor.next]
        cursor.next += 1
        return true
    }

    /// Reads a boolean.
    package mutating func readBool() throws(DecodingFailure) -> Bool? {
        switch node.value {
        case .bool(let value): value
        case .null: nil
        default: throw wrongType(expected: .boolean)
        }
    }

    /// Reads a 64-bit integer; a number with a fraction or an exponent has the wrong type.
    package mutating func readInteger() throws(DecodingFailure) -> Int64? {
        switch node.value {
        case .integer(let value): return value
        case .null: return nil
        case .number(let text):
            guard text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) else {
                throw DecodingFailure(.integerOutOfRange, at: location)
            }
            throw wrongType(expected: .integer)
        default: throw wrongType(expected: .integer)
        }
    }

    /// Reads a string.
    package mutating func readString() throws(DecodingFailure) -> String? {
        switch node.value {
        case .string(let value): value
        case .null: nil
        default: throw wrongType(expected: .string)
        }
    }

    /// Reads a resource amount: a string, or a number as its text.
    package mutating func readQuantity() throws(DecodingFailure) -> Quantity? {
        switch node.value {
        case .string(let text): Quantity(text)
        case .integer(let value): Quantity(String(value))
        case .number(let text): Quantity(text)
        case .null: nil
        default: throw wrongType(expected: .quantity)
        }
    }

    /// Tells whether the node is not null.
    package mutating func skipValue() throws(DecodingFailure) -> Bool {
        guard case .null = node.value else { return true }
        return false
    }

    /// The most elements of a list.
    ///
    /// The tree takes more memory than the model made of it, except for lists of nearly empty elements.
    static let elementLimit = 16_384

    /// Throws if a list already has as many elements as it may have.
    package mutating func makeRoom<Element>(in list: inout [Element]) throws(DecodingFailure) {
        guard list.count < Self.elementLimit else { throw DecodingFailure(.tooManyElements(limit: Self.elementLimit), at: location) }
    }

    /// Does nothing: the limits of the tree also bound the model.
    package mutating func keep(_ byteCount: Int) throws(DecodingFailure) {}

    /// Remembers the current node.
    package func mark() -> ManifestNode {
        node
    }

    /// Returns to a remembered node.
    package mutating func rewind(to mark: ManifestNode) {
        node = mark
    }
}

extension ManifestNode {
    /// The type of the node, as failures name it.
    package var valueType: DecodingFailure.ValueType {
        switch value {
        case .null: .null
        case .bool: .boolean
        case .integer, .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}
