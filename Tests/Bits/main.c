// Prints the digest of each layer; the C library lends the memory.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

long microfold_layers(void);
uint64_t microfold_digest(long layer);

void *microfold_allocate(long bytes) { return aligned_alloc(64, (bytes + 127) / 64 * 64); }
void microfold_release(void *memory) { free(memory); }

int main(void) {
  for (long layer = 0; layer < microfold_layers(); layer++)
    printf("layer %ld: %016llx\n", layer, (unsigned long long)microfold_digest(layer));
}
