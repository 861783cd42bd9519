"""Names with two leading underscores, zero-argument super(), class cells."""


class Base:
    def __init__(self, value):
        self.__secret = value
        __local = value + 1
        self.__sum, self.other = __local, (__local := 7)
        for __i in range(2):
            __local += __i
        self.total = __local

    def reveal(self):
        return self.__secret, self.__sum, self.total, __class__.__name__


class Derived(Base):
    __slots__ = ("__inner",)
    __constant = 5

    def __init__(self):
        super().__init__(3)
        self.__inner = [__x for __x in range(self.__constant)]

    def reveal(self):
        return super().reveal() + (self.__inner,)


d = Derived()
print(d.reveal(), sorted(n for n in vars(d)), sorted(n for n in dir(Derived) if "Derived" in n or "Base" in n))
print(sorted(k for k in globals() if not k.startswith("__")))
