import Foundation

/// A value of JSON that tests read and change.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([Self])
    case object([String: Self])

    /// Reads a text; `null` for one that is no JSON.
    init(_ text: String) {
        self = (try? JSONDecoder().decode(Self.self, from: Data(text.utf8))) ?? .null
    }

    /// The text, with sorted keys.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    /// The member with a name; setting `nil` removes it.
    subscript(name: String) -> Self? {
        get { members[name] }
        set {
            var members = members
            members[name] = newValue
            self = .object(members)
        }
    }

    /// The value at a path of names; setting `nil` removes it.
    subscript(path: [String]) -> Self? {
        get { path.reduce(self) { $0?[$1] } }
        set {
            guard let first = path.first else { return self = newValue ?? .null }
            var member = self[first] ?? .object([:])
            member[Array(path.dropFirst())] = newValue
            self[first] = path.count == 1 ? newValue : member
        }
    }

    /// The members; none of a value that is no object.
    var members: [String: Self] { if case .object(let members) = self { members } else { [:] } }

    /// The elements; none of a value that is no list.
    var elements: [Self] { if case .list(let elements) = self { elements } else { [] } }

    /// The string; `nil` for another value.
    var string: String? { if case .string(let text) = self { text } else { nil } }
}

extension JSONValue: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([Self].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Self].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
