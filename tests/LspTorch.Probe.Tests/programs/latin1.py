# -*- coding: latin-1 -*-
naive = "naïve"
for élément in naive:
    dernier = élément
print(ascii(naive), dernier)
