import KubernetesAPI
import PodScoring
import Reports
import Scanning

@testable import WebhookServer

/// Reads posted forms, and writes the page with the result of their manifest.
///
/// The first byte of the input chooses the form and what is demanded; the rest is the body or, in half of the cases, the manifest.
enum FormTarget {
    /// The boundary of forms in parts.
    private static let boundary = "b"

    /// The page has the elements that the program writes, properly nested, and the text of the form unchanged; a form in parts with the
    /// manifest gives it back.
    static func check(_ input: [UInt8]) throws {
        guard let choice = input.first else { return }
        let rest = Array(input.dropFirst())
        let encoding: FormEncoding = choice & 1 == 0 ? .urlEncoded : .multipart(boundary: Array(boundary.utf8))
        let isBody = choice & 2 == 0
        let body = isBody ? rest : encoded(rest, encoding)
        let form = encoding.form(in: body.span)
        let text = rest.withoutCarriageReturns
        if !isBody, !rest.contains(0x0D) {
            guard form?.manifest == text else { throw FuzzTarget.Finding("another manifest than was posted") }
        }
        guard let form else { return }
        let chosen = try? PageChoices(ruleset: form.ruleset, minimum: form.minimum, standard: form.standard, defaultRuleset: .podscoreV1)
        try checkPage(form.manifest ?? text, form.ruleset == nil ? demands(choice) : chosen ?? demands(choice))
    }

    private static func demands(_ choice: UInt8) throws -> PageChoices {
        try PageChoices(
            ruleset: choice & 4 == 0 ? "podscore/v1" : "kubesec/v2",
            minimum: choice & 8 == 0 ? nil : "9",
            standard: choice & 16 == 0 ? nil : "restricted",
            defaultRuleset: .podscoreV1
        )
    }

    /// A form with a manifest.
    private static func encoded(_ manifest: [UInt8], _ encoding: FormEncoding) -> [UInt8] {
        switch encoding {
        case .urlEncoded:
            Array("manifest=".utf8)
                + manifest.flatMap { Array("%\(String($0 >> 4, radix: 16))\(String($0 & 15, radix: 16, uppercase: true))".utf8) }
        case .multipart:
            Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"manifest\"\r\n\r\n".utf8) + manifest
                + Array("\r\n--\(boundary)--\r\n".utf8)
        }
    }

    private static func checkPage(_ text: [UInt8], _ choices: PageChoices) throws {
        func page() -> [UInt8] {
            var page = ScorePage(version: "1", choices: choices, textByteLimit: 1 << 20)
            PageScan(choices, defaultNamespace: "default", today: ReviewTarget.today).show(text, on: &page) { _ in }
            return page.bytes
        }
        let bytes = page()
        guard bytes == page() else { throw FuzzTarget.Finding("another page when it is written again") }
        let written = String(decoding: bytes, as: UTF8.self)
        try PageTarget.checkElements(of: written.utf8.dropFirst("<!DOCTYPE html>\n".utf8.count), styleCount: 2)
        // The fields hold the text of the person as it is.
        let pieces = written.split(separator: "</textarea>").map { $0.split(separator: "<textarea", maxSplits: 1).first ?? "" }
        guard !pieces.joined().unicodeScalars.contains(where: { VisibleText.isHidden($0) && $0 != "\n" }) else {
            throw FuzzTarget.Finding("a hidden character")
        }
        guard bytes.count <= 200_000 + 800 * text.count else {
            throw FuzzTarget.Finding("a page of \(bytes.count) bytes for a text of \(text.count) bytes")
        }
    }
}

extension [UInt8] {
    /// The text with LF instead of CRLF.
    fileprivate var withoutCarriageReturns: [UInt8] {
        indices.filter { self[$0] != 0x0D || $0 + 1 == endIndex || self[$0 + 1] != 0x0A }.map { self[$0] }
    }
}
