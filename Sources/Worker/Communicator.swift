import Core
import MPIShim
