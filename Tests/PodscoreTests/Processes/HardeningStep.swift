import Foundation

/// One of five steps that harden a Pod, as a manifest and as the recorded request.
struct HardeningStep: Decodable {
    /// The result of `podscore scan --format json` for a manifest.
    struct Scanned: Decodable {
        let score: Int
    }

    static let all: [Self] = {
        do {
            return try JSONDecoder().decode([Self].self, from: Data(contentsOf: Acceptance.folder.appending(path: "hardening.json")))
        } catch {
            preconditionFailure("hardening.json cannot be read: \(error)")
        }
    }()

    let recording: String
    let score: Int
    let manifest: Manifest

    /// A value of a manifest, which is written as JSON or YAML.
    indirect enum Manifest: Decodable {
        case object([String: Manifest])
        case array([Manifest])
        case string(String)
        case integer(Int)
        case boolean(Bool)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let members = try? value.decode([String: Self].self) {
                self = .object(members)
            } else if let elements = try? value.decode([Self].self) {
                self = .array(elements)
            } else if let text = try? value.decode(String.self) {
                self = .string(text)
            } else if let number = try? value.decode(Int.self) {
                self = .integer(number)
            } else {
                self = .boolean(try value.decode(Bool.self))
            }
        }

        var json: String {
            switch self {
            case .object(let members): "{" + members.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1.json)" }.joined(separator: ",") + "}"
            case .array(let elements): "[" + elements.map(\.json).joined(separator: ",") + "]"
            case .string(let text): "\"\(text)\""
            case .integer(let number): "\(number)"
            case .boolean(let value): "\(value)"
            }
        }

        /// The value in block style, which follows `key:` or `-`.
        func yaml(indentation: String = "") -> String {
            let deeper = indentation + "  "
            return switch self {
            case .object(let members) where !members.isEmpty:
                members.sorted { $0.key < $1.key }.map { "\n\(indentation)\($0):" + $1.yaml(indentation: deeper) }.joined()
            case .array(let elements) where !elements.isEmpty:
                elements.map { "\n\(indentation)-" + $0.yaml(indentation: deeper) }.joined()
            default: " " + json
            }
        }
    }
}
