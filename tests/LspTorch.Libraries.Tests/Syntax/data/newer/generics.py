# PEP 695 and 696
type A = int
type B[T] = list[T]
type C[T: int, *Ts, **P] = dict[T, tuple[*Ts]] | Callable[P, T]
type D[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int, str]] = T
type E[T = int,] = T
type type = type
type match[case] = case
type = 1
type.x = 2
type[0] = 3
type: int = 4
type(1)
type * 2, type - 1
print(type)
def f[T](x: T) -> T: return x
def g[T: int, *Ts, **P](x: T, *args: *Ts, **kwargs: P.kwargs) -> Callable[P, T]:
    # type: (...) -> int
    pass
async def h[T = int](x): pass
class F[T]: pass
class G[T: str = str, *Ts](Base[T], metaclass=M): x: T
class H[**P](): ...
@decorator
class I[T]:
    @property
    def m[U](self) -> U: ...
    type Local[V] = V
if type: type X = int; type Y = str
