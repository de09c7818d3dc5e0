extension JSONWriter {
    /// Writes a key and a string; nothing for `nil`.
    package mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        write(value)
    }

    /// Writes a key and a boolean; nothing for `nil`.
    package mutating func member(_ name: String, _ value: Bool?) {
        guard let value else { return }
        key(name)
        write(value)
    }

    /// Writes a key and an integer; nothing for `nil`.
    package mutating func member(_ name: String, _ value: Int?) {
        guard let value else { return }
        key(name)
        write(value)
    }

    /// Writes a key and an array of strings; nothing for `nil`.
    package mutating func member(_ name: String, _ values: [String]?) {
        guard let values else { return }
        key(name)
        beginArray()
        for value in values { write(value) }
        endArray()
    }
}

extension JSONWriter {
    /// Writes a key and an object, whose members the closure writes.
    mutating func object(_ name: String, _ members: (inout Self) -> Void) {
        key(name)
        object(members)
    }

    /// Writes an object, whose members the closure writes.
    mutating func object(_ members: (inout Self) -> Void) {
        beginObject()
        members(&self)
        endObject()
    }

    /// Writes a key and an array of objects; nothing for an empty one.
    mutating func objects<Element>(_ name: String, _ elements: [Element], _ members: (Element, inout Self) -> Void) {
        guard !elements.isEmpty else { return }
        key(name)
        beginArray()
        for element in elements { object { members(element, &$0) } }
        endArray()
    }

    /// Writes a key and an array in which only some elements have members; the others are empty objects.
    ///
    /// - Parameters:
    ///   - name: the key.
    ///   - elements: the elements with members, each with its index; ascending, each index once.
    ///   - members: writes the members of such an element.
    mutating func sparseObjects<Element>(
        _ name: String,
        _ elements: [(index: Int, element: Element)],
        _ members: (Element, inout Self) -> Void
    ) {
        guard !elements.isEmpty else { return }
        key(name)
        beginArray()
        var count = 0
        for (index, element) in elements {
            while count < index {
                object { _ in }
                count += 1
            }
            object { members(element, &$0) }
            count += 1
        }
        endArray()
    }

    /// Writes a key and a text; nothing for an empty text, since an absent one reads as empty.
    mutating func nonempty(_ name: String, _ value: String) {
        if !value.isEmpty { member(name, value) }
    }
}
