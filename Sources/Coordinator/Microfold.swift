import Core
import Worker

@main
struct Microfold {
  static func main() { print("microfold") }
}
