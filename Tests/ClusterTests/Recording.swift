import Foundation
import Testing

/// A real answer of an API server 1.36, from the folder Recordings.
struct Recording: Sendable {
    let code: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// Reads the answer of that name.
    init(_ name: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Recordings")
        let bytes = try [UInt8](Data(contentsOf: folder.appendingPathComponent(name + ".response.txt")))
        let text = String(decoding: bytes, as: UTF8.self)
        let end = try #require(text.range(of: "\r\n\r\n") ?? text.range(of: "\n\n"))
        let lines = text[..<end.lowerBound].split(whereSeparator: \.isNewline)
        code = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        headers = lines.dropFirst().compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        body = Array(text[end.upperBound...].utf8)
    }
}
