// Texts of the fields for start, description and cover, in Spanish.

import type { detailTexts } from '../details.ts';

export const texts: typeof detailTexts = {
  edit: {
    title: 'Editar detalles',
    save: 'Guardar',
    done: 'Detalles guardados.',
  },
  start: 'Inicio',
  startHint: (zone: string) => `Opcional. En tu zona horaria, ${zone}. Los espectadores lo ven en la suya.`,
  startInvalid: 'Escribe una fecha y una hora, como máximo dentro de dos años.',
  description: 'Descripción',
  descriptionHint: 'Opcional. La ven los espectadores hasta que empieza la transmisión.',
  descriptionInvalid: 'Escribe una descripción de 1.000 caracteres como máximo.',
  cover: 'Imagen de portada',
  coverHint: 'Opcional. La dirección de una imagen, que empieza por https://',
  coverInvalid: 'Escribe la dirección de una imagen. Empieza por https://.',
};
