if x:
	y = 1
	if z:
		w = 2

class A:
    def f(self): pass
if a:
	b
	c
if \
  d:
    e = 1 \

    f
    # comment
  # comment

    g