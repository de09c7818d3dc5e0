import Foundation
import Reports

/// Documents of each kind, and their reports as text and JSON.
enum SampleReport {
    /// A document of each kind: one that fails, one that is skipped, one that is invalid, and one that passes.
    static let text = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: prod}
        spec:
          template:
            spec:
              hostPID: true
              containers:
                - name: "a,b:<c>"
                  image: x
                  securityContext:
                    privileged: true
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: c}
        --- # next
        apiVersion: v1
        kind: Pod
        metadata: {name: "100%\\nsure"}
        spec: {containers: 7}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: good}

        """

    static func documents(_ text: String = text, named name: String = "./dir/f 1,2.yaml", minimum: Int? = nil) -> [ScannedDocument] {
        ScannedText(minimumScore: minimum).documents(text, named: name)
    }

    static func json(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes))
    }

    static func text(_ encoder: any ReportEncoder, _ documents: [ScannedDocument]) -> String {
        String(decoding: encoder.report(of: documents), as: UTF8.self)
    }
}
